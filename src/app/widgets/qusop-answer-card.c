/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-answer-card.h"

#include "widgets/qusop-glossary.h"
#include "widgets/qusop-names.h"
#include "widgets/qusop-sentences.h"

#include <glib/gi18n.h>
#include <math.h>

enum {
  ROW_MEAN,
  ROW_INTERVAL,
  ROW_BELOW,
  ROW_BAND,
  ROW_MC_ERROR,
  ROW_EXTRAPOLATION,
  ROW_CMAX,
  ROW_AUC,
  ROW_TIME,
  N_ROWS,
};

struct _QusopAnswerCard {
  GtkWidget parent_instance;

  GtkLabel *names[N_ROWS];
  GtkLabel *values[N_ROWS];

  /* Template children. */
  GtkWidget *content;
  GtkLabel  *caption;
  GtkLabel  *dose;
  GtkLabel  *sentence;
  GtkGrid   *grid;
  GtkBox    *warnings;
};

G_DEFINE_FINAL_TYPE (QusopAnswerCard, qusop_answer_card, GTK_TYPE_WIDGET)

/* A schedule speaks for itself. */
static const char *
regimen_text (const QsScenario *scenario)
{
  return scenario->regimen == QS_REGIMEN_SCHEDULE ? scenario->schedule.text
         : scenario->regimen == QS_REGIMEN_QW     ? _ ("once weekly")
                                                  : _ ("once daily");
}

static char *
dose_text (const QsResult *result, double dose)
{
  return g_strdup_printf ("%g %s", dose, qs_scenario_dose_unit (&result->scenario));
}

/* "at or below 3.30 ng/mL all day" */
static char *
format_goal (const QsResult *result)
{
  const double   threshold = result->scenario.threshold_ng_ml;
  const gboolean below = result->scenario.success == QS_SUCCESS_BELOW;

  if (!qs_scenario_is_steady (&result->scenario))
    return below ? g_strdup_printf (_ ("at or below %.2f ng/mL in the judged intervals"),
                                    threshold)
                 : g_strdup_printf (_ ("at or above %.2f ng/mL in the judged intervals"),
                                    threshold);
  if (result->scenario.regimen == QS_REGIMEN_SCHEDULE)
    return below ? g_strdup_printf (_ ("at or below %.2f ng/mL all the time"), threshold)
                 : g_strdup_printf (_ ("at or above %.2f ng/mL all the time"), threshold);
  if (result->scenario.regimen == QS_REGIMEN_QW)
    return below ? g_strdup_printf (_ ("at or below %.2f ng/mL all week"), threshold)
                 : g_strdup_printf (_ ("at or above %.2f ng/mL all week"), threshold);
  return below ? g_strdup_printf (_ ("at or below %.2f ng/mL all day"), threshold)
               : g_strdup_printf (_ ("at or above %.2f ng/mL all day"), threshold);
}

/* Without parameter draws there is no lower bound to recommend by. */
static double
headline_dose (const QsResult *result)
{
  return isfinite (result->decision.assured_dose_mg) ? result->decision.assured_dose_mg
                                                     : result->decision.dose_mg;
}

static const QsDoseEstimate *
estimate_at (const QsResult *result, double dose_mg)
{
  const double step_mg = qs_scenario_grid_step (&result->scenario);

  for (gsize i = 0; i < result->n_estimates; i++) {
    if (fabs (result->estimates[i].dose_mg - dose_mg) < 0.25 * step_mg)
      return &result->estimates[i];
  }
  return NULL;
}

/* "94 %" or, with draws, "94 % (89–97 %)". */
static char *
format_share (double p, double lower, double upper, const char *gap)
{
  if (isfinite (lower) && isfinite (upper))
    return g_strdup_printf (_ ("%.1f %%%s(%.1f–%.1f)"), 100.0 * p, gap, 100.0 * lower,
                            100.0 * upper);
  return g_strdup_printf (_ ("%.1f %%"), 100.0 * p);
}

static char *
not_reached_sentence (const QsResult *result)
{
  g_autofree char *goal = format_goal (result);

  return g_strdup_printf (
      result->observed
          ? _ ("No dose on the grid, given %s, keeps the observed biomarker %s in %.0f "
               "%% "
               "of patients: %.1f %% are the most that any dose reaches.")
          : _ ("No dose on the grid, given %s, keeps the true biomarker %s in %.0f %% of "
               "patients: %.1f %% are the most that any dose reaches."),
      regimen_text (&result->scenario), goal, 100.0 * result->scenario.target,
      100.0 * result->decision.max_p);
}

/**
 * qusop_answer_card_dup_sentence:
 *
 * Returns: (transfer full): the whole answer as one sentence, as one would say it
 */
char *
qusop_answer_card_dup_sentence (const QsResult *result)
{
  const double          dose_mg = headline_dose (result);
  const QsDoseEstimate *estimate = estimate_at (result, dose_mg);
  g_autofree char      *goal = NULL;
  g_autofree char      *share = NULL;
  g_autofree char      *dose = NULL;

  if (estimate == NULL)
    return not_reached_sentence (result);

  goal = format_goal (result);
  share = format_share (estimate->probability, estimate->lower, estimate->upper, " ");
  dose = dose_text (result, dose_mg);
  return g_strdup_printf (
      result->observed ? _ ("%s %s keeps the observed biomarker %s in %s of patients.")
                       : _ ("%s %s keeps the true biomarker %s in %s of patients."),
      dose, regimen_text (&result->scenario), goal, share);
}

/* A label that is told the same text again would be measured and shaped again. */
static void
set_text (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_label (label), text) != 0)
    gtk_label_set_label (label, text);
}

static void
show_row (QusopAnswerCard *self, guint row, const char *name, const char *value)
{
  gtk_widget_set_visible (GTK_WIDGET (self->names[row]), value != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->values[row]), value != NULL);
  if (value == NULL)
    return;

  set_text (self->names[row], name);
  qusop_set_number (self->values[row], value);
}

/* A kilogram takes a fiftieth of what a patient does: so many more digits. */
static char *
format_interval (const QsResult *result)
{
  const QsDecision *decision = &result->decision;
  const char       *unit = qs_scenario_dose_unit (&result->scenario);
  const int         digits = result->scenario.schedule.per_kg ? 3 : 1;

  if (!isfinite (decision->interval_low_mg))
    return g_strdup (_ ("no bootstrap"));
  if (!isfinite (decision->interval_high_mg))
    return g_strdup_printf (_ ("above %.*f %s"), digits, decision->interval_low_mg, unit);
  return g_strdup_printf (_ ("%.*f–%.*f %s"), digits, decision->interval_low_mg, digits,
                          decision->interval_high_mg, unit);
}

/* Median, what 95 % stay below, and that over the highest observed. */
static char *
format_exposure (const QsSpread *spread, const char *unit, double factor)
{
  g_autofree char *times =
      isfinite (factor) ? g_strdup_printf (_ ("\n%.2f × observed"), factor) : NULL;

  if (!isfinite (spread->median))
    return NULL;

  return g_strdup_printf (_ ("%.3g %s\n95 %% ≤ %.3g%s"), spread->median, unit,
                          spread->high, times != NULL ? times : "");
}

static char *
format_time (const QsSpread *spread)
{
  if (!isfinite (spread->median))
    return NULL;

  return spread->median > 48.0
             ? g_strdup_printf (_ ("%.0f days\n(%.0f–%.0f)"), spread->median / 24.0,
                                spread->low / 24.0, spread->high / 24.0)
             : g_strdup_printf (_ ("%.0f h\n(%.0f–%.0f)"), spread->median, spread->low,
                                spread->high);
}

/* What is known of the mean dose beside its success. */
static void
show_exposure (QusopAnswerCard *self, const QsResult *result)
{
  const QsExposure *exposure = &result->exposure;
  g_autofree char  *cmax = format_exposure (&exposure->figures[QS_EXPOSURE_CMAX], "mg/L",
                                            exposure->factor_cmax);
  g_autofree char  *auc = format_exposure (&exposure->figures[QS_EXPOSURE_AUC_TAU],
                                           "h·mg/L", exposure->factor_auc);
  g_autofree char  *time = format_time (&exposure->figures[QS_EXPOSURE_TARGET]);
  g_autofree char  *dose = dose_text (result, exposure->dose_mg);
  g_autofree char  *cmax_name = g_strdup_printf (_ ("Cmax at %s"), dose);
  g_autofree char  *auc_name = g_strdup_printf (_ ("AUCtau at %s"), dose);

  show_row (self, ROW_CMAX, cmax_name, cmax);
  show_row (self, ROW_AUC, auc_name, auc);
  show_row (self, ROW_TIME, _ ("Time to target"), time);
}

static void
show_rows (QusopAnswerCard *self, const QsResult *result)
{
  const QsDecision     *decision = &result->decision;
  const double          step_mg = qs_scenario_grid_step (&result->scenario);
  const double          dose_mg = headline_dose (result);
  const QsDoseEstimate *below = estimate_at (result, dose_mg - step_mg);
  const double          p_below = below != NULL ? below->probability : result->p_at_zero;
  const gboolean        reached = isfinite (decision->dose_mg);
  const int             digits = result->scenario.schedule.per_kg ? 4 : 2;
  g_autofree char      *mean = reached ? dose_text (result, decision->dose_mg) : NULL;
  g_autofree char      *interval = reached ? format_interval (result) : NULL;
  g_autofree char      *lower_dose = dose_text (result, MAX (0.0, dose_mg - step_mg));
  g_autofree char      *lower = g_strdup_printf (_ ("At %s"), lower_dose);
  g_autofree char      *share = isfinite (dose_mg)
                                    ? format_share (p_below, below ? below->lower : NAN,
                                               below ? below->upper : NAN, "\n")
                                    : NULL;
  g_autofree char      *error =
      isfinite (decision->mc_error_mg)
               ? g_strdup_printf (_ ("± %.*f %s\n± %.2f %%%s"), digits, decision->mc_error_mg,
                                  qs_scenario_dose_unit (&result->scenario),
                                  100.0 * decision->mc_half_width,
                             decision->decision_grade ? "" : _ ("\nnot decision-grade"))
               : NULL;
  /* Of the dose that is shown, which may be higher than the mean dose. */
  const double     by_dose = isfinite (result->exposure.factor_dose)
                                 ? result->exposure.factor_dose
                                 : decision->extrapolation;
  const double     reach = by_dose * dose_mg / decision->dose_mg;
  g_autofree char *factor = isfinite (reach) ? g_strdup_printf ("× %.1f", reach) : NULL;
  g_autofree char *models =
      result->n_draws > 0 ? g_strdup_printf (_ ("%u draws"), result->n_draws) : NULL;

  show_row (self, ROW_MEAN, _ ("On the mean curve"), mean);
  /* xgettext:no-c-format */
  show_row (self, ROW_INTERVAL, _ ("Its 95 % interval"), interval);
  show_row (self, ROW_BELOW, lower, share);
  show_row (self, ROW_BAND, _ ("Interval rests on"), models);
  show_row (self, ROW_MC_ERROR, _ ("Monte Carlo error"), error);
  show_row (self, ROW_EXTRAPOLATION,
            reach <= 1.0 ? _ ("Within studied doses") : _ ("Beyond studied doses"),
            factor);
  show_exposure (self, result);
}

static void
add_warning (QusopAnswerCard *self, const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_add_css_class (icon, "warning");
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0.f);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "caption");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (self->warnings, box);
}

/* Labels that are there already are reused: a new one costs styles and icons. */
static void
show_warnings (QusopAnswerCard *self, char **warnings)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->warnings));
  guint      i = 0;

  for (; warnings != NULL && warnings[i] != NULL; i++) {
    g_autofree char *text = qusop_sentence_translate (warnings[i]);

    if (row == NULL) {
      add_warning (self, text);
      continue;
    }
    set_text (GTK_LABEL (gtk_widget_get_last_child (row)), text);
    row = gtk_widget_get_next_sibling (row);
  }

  while (row != NULL) {
    GtkWidget *next = gtk_widget_get_next_sibling (row);

    gtk_box_remove (self->warnings, row);
    row = next;
  }
}

static void
show_caption (QusopAnswerCard *self, const QsResult *result)
{
  const gboolean   assured = isfinite (result->decision.assured_dose_mg);
  const char      *what = !isfinite (headline_dose (result)) ? _ ("Not reached")
                          : assured                          ? _ ("Recommended, assured")
                                    : _ ("Mean dose, not assured");
  g_autofree char *text =
      g_strdup_printf ("%s, %s", what, regimen_text (&result->scenario));

  set_text (self->caption, text);
  qusop_explain (GTK_WIDGET (self->dose), assured ? "assured-dose" : "mean-dose");
}

/* The headline alone; what else the card says stays as it is. */
void
qusop_answer_card_show_dose (QusopAnswerCard *self, const QsResult *result)
{
  const double     dose_mg = headline_dose (result);
  g_autofree char *dose =
      isfinite (dose_mg) ? dose_text (result, dose_mg) : g_strdup (_ ("No dose"));

  show_caption (self, result);
  set_text (self->dose, dose);
}

void
qusop_answer_card_show_result (QusopAnswerCard *self, const QsResult *result)
{
  g_autofree char *sentence = qusop_answer_card_dup_sentence (result);

  qusop_answer_card_show_dose (self, result);
  set_text (self->sentence, sentence);
  gtk_widget_set_visible (GTK_WIDGET (self->grid), TRUE);
  show_rows (self, result);

  show_warnings (self, result->warnings);
}

/* Where there is no result: why, and what to do. */
void
qusop_answer_card_show_text (QusopAnswerCard *self,
                             const char      *headline,
                             const char      *text)
{
  set_text (self->caption, _ ("Answer"));
  set_text (self->dose, headline);
  set_text (self->sentence, text);
  gtk_widget_set_visible (GTK_WIDGET (self->grid), FALSE);
  show_warnings (self, NULL);
}

void
qusop_answer_card_set_stale (QusopAnswerCard *self, gboolean stale)
{
  if (stale)
    gtk_widget_add_css_class (self->content, "stale");
  else
    gtk_widget_remove_css_class (self->content, "stale");
}

static void
add_row (QusopAnswerCard *self, guint row)
{
  static const char *const terms[N_ROWS] = {
    [ROW_MEAN] = "mean-dose",        [ROW_INTERVAL] = "dose-interval",
    [ROW_BELOW] = "next-lower-dose", [ROW_BAND] = "draws",
    [ROW_MC_ERROR] = "mc-error",     [ROW_EXTRAPOLATION] = "extrapolation",
    [ROW_CMAX] = "cmax-at-dose",     [ROW_AUC] = "auc-at-dose",
    [ROW_TIME] = "time-to-target",
  };
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *value = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (name), 0.f);
  gtk_label_set_wrap (GTK_LABEL (name), TRUE);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_label_set_xalign (GTK_LABEL (value), 1.f);
  gtk_label_set_justify (GTK_LABEL (value), GTK_JUSTIFY_RIGHT);
  gtk_widget_add_css_class (value, "value");
  qusop_explain_both (name, value, terms[row]);
  gtk_grid_attach (self->grid, name, 0, (int) row, 1, 1);
  gtk_grid_attach (self->grid, value, 1, (int) row, 1, 1);
  self->names[row] = GTK_LABEL (name);
  self->values[row] = GTK_LABEL (value);
}

static void
qusop_answer_card_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), QUSOP_TYPE_ANSWER_CARD);
  G_OBJECT_CLASS (qusop_answer_card_parent_class)->dispose (object);
}

static void
qusop_answer_card_class_init (QusopAnswerCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_answer_card_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-answer-card.ui");
  gtk_widget_class_bind_template_child (widget_class, QusopAnswerCard, content);
  gtk_widget_class_bind_template_child (widget_class, QusopAnswerCard, caption);
  gtk_widget_class_bind_template_child (widget_class, QusopAnswerCard, dose);
  gtk_widget_class_bind_template_child (widget_class, QusopAnswerCard, sentence);
  gtk_widget_class_bind_template_child (widget_class, QusopAnswerCard, grid);
  gtk_widget_class_bind_template_child (widget_class, QusopAnswerCard, warnings);
}

static void
qusop_answer_card_init (QusopAnswerCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint row = 0; row < N_ROWS; row++)
    add_row (self, row);
}
