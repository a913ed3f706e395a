/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-sentences.h"

#include "plots/qusop-plot.h"

#include <glib/gi18n.h>
#include <string.h>

/* The engine states facts in English. These are its sentences about an answer, about what
 * was published and about what a model has no diagnostics for, with %s for what it fills
 * in, so that they can be said in another language; what is filled in may be one of them.
 */
static const char *const sentences[] = {
  N_ ("Body weights from %s to %s kg reach beyond the study's, %s to %s kg."),
  N_ ("At the assured dose, or the mean dose where none is assured, somebody takes up to "
      "%s mg at once; the highest dose studied is %s mg."),
  N_ ("The dose of %s mg is %s times the highest dose studied, %s mg."),
  N_ ("The assured dose of %s mg lies above the highest dose studied, %s mg."),
  N_ ("Co-medication was not randomised: what the answer says of patients without it may "
      "be due to other differences between them."),
  N_ ("Co-medication was not randomised: what the answer says of patients with it may be "
      "due to other differences between them."),
  N_ ("Broken rule \"success does not fall with dose\": the curve falls by %s from %s to "
      "%s %s."),
  N_ ("The curve reaches the target but does not stay there up to %s %s, so no dose is "
      "given."),
  N_ ("The target is not reached: success is at most %s %%. Doses up to %s %s were "
      "searched, 100 times the highest one studied."),
  N_ ("No dose is assured: the lower end of the parameter band does not stay at the "
      "target."),
  N_ ("The target is reached without any dose."),
  N_ ("Broken rule \"a week's dose is at least that of seven days\": the crossing dose "
      "is %s mg, seven daily ones are %s mg."),
  N_ ("Broken rule \"heavier patients need no less\": the crossing dose is %s mg, that "
      "of %s patients %s mg."),
  N_ ("Disagrees with the population model, which finds no dose for this question."),
  N_ ("Disagrees with the population model, which finds a dose for this question."),
  N_ ("Disagrees with the population model: the crossing dose of %s %s lies outside of "
      "its 95 %% interval, %s."),
  N_ ("Networks of this kind predict subjects that they have not seen worse than %s: "
      "RMSE "
      "%s against %s ng/mL in the last dosing interval."),
  N_ ("the population model"),
  N_ ("a regression on concentration"),
  N_ ("an LSTM of as many parameters"),
  N_ ("The dose is not decision-grade: its Monte Carlo error has no end on the grid. %s "
      "virtual patients were drawn; try %s."),
  N_ ("The dose is not decision-grade: its Monte Carlo error of ± %s %s is larger than "
      "half a grid step, %s %s. %s virtual patients were drawn, about %s are needed."),
  N_ ("Doses go into a vein: virtual patients receive them at once, even if the study "
      "infused them."),
  N_ ("The curve leaves out unexplained between-subject variability and is too steep."),
  N_ ("The model has no between-subject effect, so the curve leaves out unexplained "
      "between-subject variability and is too steep."),
  N_ ("The between-subject effect was read from the subjects that the network was "
      "trained "
      "on, which makes it too small and the curve too steep; a finished bootstrap reads "
      "it "
      "from subjects left out."),
  N_ ("The model has no parameter draws, so there is no parameter band and no assured "
      "dose."),
  N_ ("The parameter band comes from %s draws; so few give nearly their whole range."),
  N_ ("One patient in twenty has a Cmax above %s mg/L, %s times the highest observed; "
      "AUCtau was not observed."),
  N_ ("One patient in twenty has a Cmax above %s mg/L, %s times the highest observed; of "
      "AUCtau per hour it is %s times."),
  N_ ("Its labels come from %s h, which begins %s h after the last dose: the drug is "
      "washing out. There %s of %s subjects stayed at or below %s ng/mL; in the last "
      "dosing interval, %s h, %s of %s did."),
  N_ ("Nobody stays at or below %s ng/mL there, so its logistic link has nothing to "
      "learn and finds no dose."),
  N_ ("Balancing the classes lets the %s who stay below weigh as much as the %s who do "
      "not, and success is counted where the regression finds it more likely than not: "
      "the curve is no probability of success."),
  N_ ("Its virtual patients differ in body weight and co-medication alone: no "
      "variability between subjects of equal weight, no uncertainty of the fitted "
      "numbers. Its intervals are resampling error only, so they are too narrow."),
  N_ ("Its networks ask for %s, and for %s. Weekly answers come from a network that saw "
      "24 h, with its time stretched and a weekly dose put in place of a daily one; with "
      "linear kinetics one weekly dose can never do with less than seven daily ones. The "
      "paper prints 29.0 mg daily beside 210 mg weekly, 50.0 beside 160, 39.0 beside 280 "
      "and 39.0 beside 125 (tables 2 to 5)."),
  N_ ("no daily dose up to %s mg from any of %s seeds"),
  N_ ("no weekly dose up to %s mg from any of %s seeds"),
  N_ ("daily doses of %s to %s mg, and none up to %s mg from %s of %s seeds"),
  N_ ("weekly doses of %s to %s mg, and none up to %s mg from %s of %s seeds"),
  N_ ("daily doses of %s to %s mg over %s seeds"),
  N_ ("weekly doses of %s to %s mg over %s seeds"),
  N_ ("The %s model has no random effects fitted to subjects' whole records, hence no "
      "individual predictions (IPRED), conditional weighted residuals (CWRES), shrinkage "
      "or visual predictive checks. %s"),
  N_ ("Shown are standardised residuals of the last dosing window: the logarithm of "
      "observed over predicted biomarker, over its standard deviation."),
  N_ ("It predicts no single observations either."),
};

/* What is said between two fillings, with "%%" for a percent sign: its length in @form.
 */
static gsize
plain_length (const char *form)
{
  gsize n = 0;

  while (form[n] != '\0' && !(form[n] == '%' && form[n + 1] == 's'))
    n += form[n] == '%' ? 2 : 1;
  return n;
}

static char *
plain_text (const char *form, gsize length)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++) {
    g_string_append_c (text, form[i]);
    if (form[i] == '%')
      i++;
  }
  return g_string_free (text, FALSE);
}

/* Takes @text apart by @form; %FALSE where it is another sentence. */
static gboolean
take_apart (const char *form, const char *text, GPtrArray *words)
{
  const gsize      length = plain_length (form);
  g_autofree char *plain = plain_text (form, length);
  const char      *end;

  if (!g_str_has_prefix (text, plain))
    return FALSE;

  form += length;
  text += strlen (plain);
  while (*form != '\0') {
    const gsize      next = plain_length (form + 2);
    g_autofree char *after = plain_text (form + 2, next);

    end = *after != '\0' ? strstr (text, after) : text + strlen (text);
    if (end == NULL)
      return FALSE;
    g_ptr_array_add (words, g_strndup (text, (gsize) (end - text)));
    text = end + strlen (after);
    form += 2 + next;
  }
  return *text == '\0';
}

/* A translator may change the order: "%2$s" is the second word. */
static char *
put_together (const char *form, const GPtrArray *words)
{
  GString *text = g_string_new (NULL);
  guint    next = 0;

  for (const char *c = form; *c != '\0'; c++) {
    guint word = next;

    if (*c != '%') {
      g_string_append_c (text, *c);
      continue;
    }
    if (c[1] == '%') {
      g_string_append_c (text, '%');
      c++;
      continue;
    }
    if (g_ascii_isdigit (c[1]) && c[2] == '$') {
      word = (guint) (c[1] - '1');
      c += 2;
    } else {
      next++;
    }
    c++; /* the s */
    if (word < words->len)
      g_string_append (text, words->pdata[word]);
  }
  return g_string_free (text, FALSE);
}

/* Returns the sentence that @text is, and its words; NULL for an unknown one. */
static const char *
find_sentence (const char *text, GPtrArray *words)
{
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++) {
    g_ptr_array_set_size (words, 0);
    if (take_apart (sentences[i], text, words))
      return sentences[i];
  }
  return NULL;
}

gboolean
qusop_sentence_is_known (const char *text)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  return find_sentence (text, words) != NULL;
}

/**
 * qusop_sentence_translate:
 * @text: what the engine says
 *
 * Returns: (transfer full): the same in the reader's language, with the reader's numbers;
 *   as it is where the sentence is not known
 */
char *
qusop_sentence_translate (const char *text)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  const char           *form = find_sentence (text, words);

  if (form == NULL || strcmp (_ (form), form) == 0)
    return g_strdup (text);

  for (guint i = 0; i < words->len; i++) {
    char *local = qusop_sentence_is_known (words->pdata[i])
                      ? qusop_sentence_translate (words->pdata[i])
                      : qusop_plot_local_text (words->pdata[i]);

    g_free (words->pdata[i]);
    words->pdata[i] = local;
  }
  return put_together (_ (form), words);
}
