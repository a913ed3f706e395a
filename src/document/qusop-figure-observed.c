/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figure-parts.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* A median of fewer subjects is no summary. */
#define MIN_FOR_MEDIAN 3
/* Lines at the limit of quantification; more would hide the data. */
#define MAX_LIMITS 3

typedef struct {
  double time_h;
  double value;
} Point;

/* What the parts of one figure share. Borrowed for the call. */
typedef struct {
  QusopPlotSpec       *spec;
  const QsDataset     *dataset;
  const QusopObserved *what;
  double               limits[MAX_LIMITS];
  guint                n_limits;
  guint                n_values;
} Figure;

static void
note_limit (Figure *self, double limit)
{
  guint i = 0;

  while (i < self->n_limits && self->limits[i] != limit)
    i++;
  if (i == self->n_limits && i < MAX_LIMITS)
    self->limits[self->n_limits++] = limit;
}

static gboolean
is_shown (const Figure *self, guint subject)
{
  return !isfinite (self->what->arm_mg) ||
         qs_dataset_subject (self->dataset, subject)->dose_mg == self->what->arm_mg;
}

/* One subject's values: those below the limit apart, as hollow marks at the limit. */
static void
add_subject (Figure *self, guint i, const char *label, QusopInk ink, GArray *all)
{
  const QsSubject        *subject = qs_dataset_subject (self->dataset, i);
  g_autofree char        *name = g_strdup_printf ("%s, ID %s", label, subject->id);
  g_autofree char        *censored = g_strconcat (name, ", below LLOQ", NULL);
  g_autoptr (QusopPoints) seen = qusop_points_new ();
  g_autoptr (QusopPoints) below = qusop_points_new ();

  for (gsize r = 0; r < subject->n_records; r++) {
    const QsRecord *record = &subject->records[r];
    const Point     point = { record->time_h, record->value };

    if (!qusop_is_observed (record, self->what->endpoint))
      continue;
    qusop_points_add (record->below_limit ? below : seen, point.time_h, point.value);
    if (record->below_limit)
      note_limit (self, record->value);
    g_array_append_val (all, point);
  }

  if (qusop_points_add_to (seen, self->spec, QUSOP_SERIES_LINE, label, name, ink, FALSE))
    qusop_plot_spec_tag (self->spec, i + 1);
  qusop_points_add_to (below, self->spec, QUSOP_SERIES_POINTS,
                       _ ("below the limit of quantification, at the limit"), censored,
                       QUSOP_INK_ARM_2, TRUE);
}

static int
compare_points (gconstpointer a, gconstpointer b)
{
  const Point *p = a;
  const Point *q = b;

  if (p->time_h != q->time_h)
    return p->time_h < q->time_h ? -1 : 1;

  return (p->value > q->value) - (p->value < q->value);
}

/* The median at each time that enough subjects of the arm share. */
static void
add_median (Figure *self, const char *label, QusopInk ink, GArray *all)
{
  g_autofree char        *name = g_strconcat (label, ", median", NULL);
  const Point            *points;
  g_autoptr (QusopPoints) median = qusop_points_new ();
  guint                   end;

  g_array_sort (all, compare_points);
  points = (const Point *) all->data;
  for (guint begin = 0; begin < all->len; begin = end) {
    for (end = begin; end < all->len && points[end].time_h == points[begin].time_h;)
      end++;
    if (end - begin >= MIN_FOR_MEDIAN)
      qusop_points_add (
          median, points[begin].time_h,
          0.5 * (points[(begin + end - 1) / 2].value + points[(begin + end) / 2].value));
  }
  qusop_points_add_to (median, self->spec, QUSOP_SERIES_LINE, NULL, name, ink, FALSE);
}

/* Adds the subjects of an arm and returns all their points. */
static GArray *
add_arm (Figure *self, double dose_mg, QusopInk ink)
{
  g_autofree char *label = qusop_arm_label (dose_mg);
  GArray          *all = g_array_new (FALSE, FALSE, sizeof (Point));

  for (guint i = 0; i < qs_dataset_n_subjects (self->dataset); i++) {
    if (qs_dataset_subject (self->dataset, i)->dose_mg == dose_mg && is_shown (self, i))
      add_subject (self, i, label, ink, all);
  }
  self->n_values += all->len;

  return all;
}

/* Who is pointed out lies on top of everything, once more. */
static void
add_highlighted (Figure *self)
{
  const guint             i = self->what->highlighted;
  g_autoptr (QusopPoints) points = qusop_points_new ();
  g_autofree char        *label = NULL;
  const QsSubject        *subject;

  if (i >= qs_dataset_n_subjects (self->dataset) || !is_shown (self, i))
    return;

  subject = qs_dataset_subject (self->dataset, i);
  label = g_strdup_printf (_ ("ID %s, highlighted"), subject->id);
  for (gsize r = 0; r < subject->n_records; r++) {
    if (qusop_is_observed (&subject->records[r], self->what->endpoint))
      qusop_points_add (points, subject->records[r].time_h, subject->records[r].value);
  }
  qusop_points_add_to (points, self->spec, QUSOP_SERIES_LINE, label, "",
                       QUSOP_INK_PRIMARY, FALSE);
  qusop_points_add_to (points, self->spec, QUSOP_SERIES_POINTS, NULL, "",
                       QUSOP_INK_PRIMARY, FALSE);
}

static void
add_dose_times (Figure *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_double_hash, g_double_equal);

  for (guint i = 0; i < qs_dataset_n_subjects (self->dataset); i++) {
    const QsSubject *subject = qs_dataset_subject (self->dataset, i);

    if (!is_shown (self, i))
      continue;
    for (gsize r = 0; r < subject->n_records; r++) {
      QsRecord *record = &subject->records[r];

      if (record->kind == QS_RECORD_DOSE && record->value > 0.0 &&
          g_hash_table_add (seen, &record->time_h))
        qusop_plot_spec_add_mark (self->spec, QUSOP_MARK_RUG, _ ("dose"),
                                  QUSOP_INK_NEUTRAL, record->time_h, record->time_h);
    }
  }
}

static void
add_limits (Figure *self)
{
  for (guint i = 0; i < self->n_limits; i++) {
    g_autofree char *number = qusop_word_number (self->limits[i]);
    g_autofree char *label = g_strdup_printf (_ ("LLOQ %s"), number);

    qusop_plot_spec_add_mark (self->spec, QUSOP_MARK_HORIZONTAL, label, QUSOP_INK_NEUTRAL,
                              self->limits[i], self->limits[i]);
  }
}

static void
add_window (Figure *self)
{
  const QsStudyFacts facts = qs_dataset_facts (self->dataset);
  g_autofree char   *from = qusop_word_number (facts.window_from_h);
  g_autofree char   *to = qusop_word_number (facts.window_to_h);
  const gboolean     known = facts.window_from_h < facts.window_to_h;
  g_autofree char   *hatched =
      known ? g_strdup_printf (_ (" Hatched: the last dosing window, %s–%s h."), from, to)
              : g_strdup ("");
  g_autofree char *note = g_strconcat (
      _ ("Thin: one line per subject; thick: median of the arm."), hatched,
      self->what->logarithmic
          ? _ (" Values of zero or less have no place on a logarithmic axis.")
          : "",
      NULL);

  if (known)
    qusop_plot_spec_add_mark (self->spec, QUSOP_MARK_HATCH, NULL, QUSOP_INK_NEUTRAL,
                              facts.window_from_h, facts.window_to_h);
  qusop_plot_spec_set_note (self->spec, note);
}

static void
describe (Figure *self, guint n_arms)
{
  const char      *title = qusop_plot_spec_title (self->spec);
  const guint      i = self->what->highlighted;
  g_autofree char *person =
      i < qs_dataset_n_subjects (self->dataset)
          ? g_strdup_printf (_ (" Highlighted: ID %s."),
                             qs_dataset_subject (self->dataset, i)->id)
          : g_strdup ("");
  g_autofree char *text =
      isfinite (self->what->arm_mg)
          ? g_strdup_printf (_ ("%s: %u values against time.%s"), title, self->n_values,
                             person)
          : g_strdup_printf (
                _ ("%s: %u values of %u subjects in %u arms against time.%s"), title,
                self->n_values, qs_dataset_n_subjects (self->dataset), n_arms, person);

  qusop_plot_spec_set_description (self->spec, text);
}

/* The axis begins with the first dose, which may have no observation beside it; 0, which
 * leaves the axis to the series, where there are earlier ones. */
static double
last_time_h (const Figure *self)
{
  double last_h = 0.0;

  for (guint i = 0; i < qs_dataset_n_subjects (self->dataset); i++) {
    const QsSubject *subject = qs_dataset_subject (self->dataset, i);

    for (gsize r = 0; r < subject->n_records; r++) {
      if (subject->records[r].time_h < 0.0)
        return 0.0;
      if (qusop_is_observed (&subject->records[r], self->what->endpoint))
        last_h = fmax (last_h, subject->records[r].time_h);
    }
  }

  return last_h;
}

QusopObserved
qusop_observed_default (QsEndpoint endpoint)
{
  return (QusopObserved){ .endpoint = endpoint, .arm_mg = NAN, .highlighted = G_MAXUINT };
}

/**
 * qusop_figure_observed:
 * @what: which observations, and how
 *
 * Observations of an endpoint against time, one line per subject, one ink per arm, with
 * the medians of the arms, the times of the doses and the limit of quantification; values
 * below it are hollow. Lines are tagged with the subject's number, counted from 1.
 */
QusopPlotSpec *
qusop_figure_observed (const QsDataset *dataset, const QusopObserved *what)
{
  const char      *title = what->endpoint == QS_ENDPOINT_PK ? _ ("Observed concentration")
                                                            : _ ("Observed biomarker");
  g_autofree char *arm = isfinite (what->arm_mg) ? qusop_arm_label (what->arm_mg) : NULL;
  g_autofree char *arm_title = g_strjoin (", ", title, arm, NULL);
  QusopPlotSpec   *spec = qusop_plot_spec_new (arm_title);
  Figure           self = { .spec = spec, .dataset = dataset, .what = what };
  GArray          *points[QUSOP_MAX_ARMS];
  double           doses_mg[QUSOP_MAX_ARMS];
  const guint      n = qusop_arms_of (dataset, doses_mg);

  qusop_plot_spec_set_empty_reason (spec, qusop_endpoint_empty_reason (what->endpoint));
  qusop_plot_spec_set_x_axis (spec, _ ("Time since the first dose (h)"), "time_h", 0.0,
                              last_time_h (&self), FALSE);
  qusop_plot_spec_set_y_axis (spec, qusop_endpoint_axis (what->endpoint),
                              qusop_endpoint_csv_name (what->endpoint), 0.0, 0.0,
                              what->logarithmic);
  for (guint i = 0; i < n; i++)
    points[i] = add_arm (&self, doses_mg[i], qusop_arm_ink (i));
  /* The medians lie on top of all subjects. */
  for (guint i = 0; i < n; i++) {
    g_autofree char *label = qusop_arm_label (doses_mg[i]);

    add_median (&self, label, qusop_arm_ink (i), points[i]);
    g_array_unref (points[i]);
  }
  add_highlighted (&self);
  add_limits (&self);
  add_dose_times (&self);
  add_window (&self);
  describe (&self, n);
  return spec;
}
