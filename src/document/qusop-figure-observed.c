/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figures.h"
#include "qusop-words.h"

#include <math.h>

#define MAX_ARMS 32
#define N_ARM_INKS (QUSOP_INK_ARM_6 - QUSOP_INK_ARM_1 + 1)
/* A median of fewer subjects is no summary. */
#define MIN_FOR_MEDIAN 3

typedef struct {
  double time_h;
  double value;
} Point;

typedef struct {
  GArray *x;
  GArray *y;
} Points;

static Points
points_new (void)
{
  return (Points){ g_array_new (FALSE, FALSE, sizeof (double)),
                   g_array_new (FALSE, FALSE, sizeof (double)) };
}

static void
points_add (Points *self, double x, double y)
{
  g_array_append_val (self->x, x);
  g_array_append_val (self->y, y);
}

static void
points_clear (Points *self)
{
  g_array_unref (self->x);
  g_array_unref (self->y);
}

static void
add_points (QusopPlotSpec  *spec,
            QusopSeriesKind kind,
            const char     *label,
            const char     *csv_name,
            QusopInk        ink,
            gboolean        dashed,
            const Points   *points)
{
  if (points->x->len > 0)
    qusop_plot_spec_add_series (spec, kind, label, csv_name, ink, dashed, points->x->len,
                                (const double *) points->x->data,
                                (const double *) points->y->data, NULL);
}

static guint
find_doses (const QsDataset *dataset, double *doses_mg)
{
  guint n = 0;

  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
    const double dose_mg = qs_dataset_subject (dataset, i)->dose_mg;
    guint        at = 0;

    while (at < n && doses_mg[at] < dose_mg)
      at++;
    if ((at < n && doses_mg[at] == dose_mg) || n == MAX_ARMS)
      continue;
    for (guint k = n; k > at; k--)
      doses_mg[k] = doses_mg[k - 1];
    doses_mg[at] = dose_mg;
    n++;
  }

  return n;
}

static gboolean
is_shown (const QsRecord *record, QsEndpoint endpoint)
{
  return record->kind == QS_RECORD_OBSERVATION && record->endpoint == endpoint &&
         isfinite (record->value);
}

static void
add_subject (QusopPlotSpec   *spec,
             const QsSubject *subject,
             QsEndpoint       endpoint,
             const char      *label,
             QusopInk         ink,
             GArray          *all)
{
  g_autofree char *name = g_strdup_printf ("%s, ID %s", label, subject->id);
  g_autofree char *censored = g_strconcat (name, ", below LLOQ", NULL);
  Points           seen = points_new ();
  Points           below = points_new ();

  for (gsize r = 0; r < subject->n_records; r++) {
    const QsRecord *record = &subject->records[r];
    const Point     point = { record->time_h, record->value };

    if (!is_shown (record, endpoint))
      continue;
    points_add (record->below_limit ? &below : &seen, record->time_h, record->value);
    g_array_append_val (all, point);
  }
  add_points (spec, QUSOP_SERIES_LINE, label, name, ink, FALSE, &seen);
  add_points (spec, QUSOP_SERIES_POINTS,
              "below the limit of quantification, at the limit", censored,
              QUSOP_INK_ARM_2, TRUE, &below);
  points_clear (&seen);
  points_clear (&below);
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
add_median (QusopPlotSpec *spec, const char *label, QusopInk ink, GArray *all)
{
  g_autofree char *name = g_strconcat (label, ", median", NULL);
  const Point     *points;
  Points           median = points_new ();
  guint            end;

  g_array_sort (all, compare_points);
  points = (const Point *) all->data;
  for (guint begin = 0; begin < all->len; begin = end) {
    for (end = begin; end < all->len && points[end].time_h == points[begin].time_h;)
      end++;
    if (end - begin >= MIN_FOR_MEDIAN)
      points_add (
          &median, points[begin].time_h,
          0.5 * (points[(begin + end - 1) / 2].value + points[(begin + end) / 2].value));
  }
  add_points (spec, QUSOP_SERIES_LINE, NULL, name, ink, FALSE, &median);
  points_clear (&median);
}

static QusopInk
arm_ink (guint arm)
{
  return QUSOP_INK_ARM_1 + arm % N_ARM_INKS;
}

static char *
arm_label (double dose_mg)
{
  return dose_mg > 0.0 ? qusop_word_mg (dose_mg) : g_strdup ("placebo");
}

/* Adds the subjects of an arm and returns all their points. */
static GArray *
add_arm (QusopPlotSpec   *spec,
         const QsDataset *dataset,
         QsEndpoint       endpoint,
         double           dose_mg,
         QusopInk         ink)
{
  g_autofree char *label = arm_label (dose_mg);
  GArray          *all = g_array_new (FALSE, FALSE, sizeof (Point));

  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
    const QsSubject *subject = qs_dataset_subject (dataset, i);

    if (subject->dose_mg == dose_mg)
      add_subject (spec, subject, endpoint, label, ink, all);
  }

  return all;
}

static void
add_window (QusopPlotSpec *spec, const QsDataset *dataset, gboolean logarithmic)
{
  const QsStudyFacts facts = qs_dataset_facts (dataset);
  g_autofree char   *from = qusop_word_number (facts.window_from_h);
  g_autofree char   *to = qusop_word_number (facts.window_to_h);
  const gboolean     known = facts.window_from_h < facts.window_to_h;
  g_autofree char   *hatched =
      known ? g_strdup_printf (" Hatched: the last dosing window, %s–%s h.", from, to)
              : g_strdup ("");
  g_autofree char *note = g_strconcat (
      "Thin: one line per subject; thick: median of the arm.", hatched,
      logarithmic ? " Values of zero or less have no place on a logarithmic axis." : "",
      NULL);

  if (known)
    qusop_plot_spec_add_mark (spec, QUSOP_MARK_HATCH, NULL, QUSOP_INK_NEUTRAL,
                              facts.window_from_h, facts.window_to_h);
  qusop_plot_spec_set_note (spec, note);
}

/**
 * qusop_figure_observed:
 *
 * All observations of an endpoint against time, one line per subject, one ink per arm,
 * with the medians of the arms. Values below the limit of quantification are hollow.
 */
QusopPlotSpec *
qusop_figure_observed (const QsDataset *dataset,
                       QsEndpoint       endpoint,
                       gboolean         logarithmic)
{
  const gboolean is_pk = endpoint == QS_ENDPOINT_PK;
  QusopPlotSpec *spec =
      qusop_plot_spec_new (is_pk ? "Observed concentration" : "Observed biomarker");
  GArray          *points[MAX_ARMS];
  double           doses_mg[MAX_ARMS];
  const guint      n = find_doses (dataset, doses_mg);
  guint            n_values = 0;
  g_autofree char *description = NULL;

  qusop_plot_spec_set_empty_reason (spec, is_pk ? "The data have no concentrations."
                                                : "The data have no biomarker values.");
  qusop_plot_spec_set_x_axis (spec, "Time since the first dose (h)", "time_h", 0.0, 0.0,
                              FALSE);
  qusop_plot_spec_set_y_axis (spec, is_pk ? "Concentration (mg/L)" : "Biomarker (ng/mL)",
                              is_pk ? "concentration_mg_l" : "biomarker_ng_ml", 0.0, 0.0,
                              logarithmic);
  for (guint i = 0; i < n; i++) {
    points[i] = add_arm (spec, dataset, endpoint, doses_mg[i], arm_ink (i));
    n_values += points[i]->len;
  }
  /* The medians lie on top of all subjects. */
  for (guint i = 0; i < n; i++) {
    g_autofree char *label = arm_label (doses_mg[i]);

    add_median (spec, label, arm_ink (i), points[i]);
    g_array_unref (points[i]);
  }
  add_window (spec, dataset, logarithmic);

  description = g_strdup_printf ("%s: %u values of %u subjects in %u arms against time.",
                                 qusop_plot_spec_title (spec), n_values,
                                 qs_dataset_n_subjects (dataset), n);
  qusop_plot_spec_set_description (spec, description);
  return spec;
}
