/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figure-parts.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* A spread of fewer values is none. */
#define MIN_FOR_SPREAD 2

typedef struct {
  double time_h;
  double value;
} Point;

/* Where an arm's values come together. */
typedef struct {
  QusopPoints *middle;
  QusopPoints *spread;
  guint        n_low;
  guint        n_high;
  gboolean     below_limit;
} Profile;

static int
compare_points (gconstpointer a, gconstpointer b)
{
  const Point *p = a, *q = b;

  return (p->time_h > q->time_h) - (p->time_h < q->time_h);
}

/* All values of an arm by time. Half the limit stands for what lies below it. */
static GArray *
collect (const QsDataset *dataset, QsEndpoint endpoint, double dose_mg, Profile *profile)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (Point));

  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
    const QsSubject *subject = qs_dataset_subject (dataset, i);

    for (gsize r = 0; subject->dose_mg == dose_mg && r < subject->n_records; r++) {
      const QsRecord *record = &subject->records[r];
      const Point     point = { record->time_h,
                            record->below_limit ? 0.5 * record->value : record->value };

      if (!qusop_is_observed (record, endpoint))
        continue;
      profile->below_limit |= record->below_limit;
      g_array_append_val (points, point);
    }
  }
  g_array_sort (points, compare_points);

  return points;
}

/* Mean and SD of what was observed at one time; of the logarithms for a logarithmic axis,
 * where values that have none do not count. */
static void
add_time (Profile *profile, const Point *points, guint n_points, gboolean logarithmic)
{
  g_autofree double *values = g_new (double, n_points);
  gsize              n = 0;
  double             mean, sd;

  for (guint i = 0; i < n_points; i++) {
    if (!logarithmic)
      values[n++] = points[i].value;
    else if (points[i].value > 0.0)
      values[n++] = log (points[i].value);
  }
  if (n < MIN_FOR_SPREAD)
    return;

  mean = qs_mean (values, n);
  sd = sqrt (qs_variance (values, n));
  qusop_points_add (profile->middle, points[0].time_h, logarithmic ? exp (mean) : mean);
  qusop_points_add_range (profile->spread, points[0].time_h,
                          logarithmic ? exp (mean - sd) : mean - sd,
                          logarithmic ? exp (mean + sd) : mean + sd);
  profile->n_low = profile->n_high == 0 ? (guint) n : MIN (profile->n_low, (guint) n);
  profile->n_high = MAX (profile->n_high, (guint) n);
}

static void
add_profile (QusopPlotSpec *spec,
             const Profile *profile,
             double         dose_mg,
             QusopInk       ink,
             gboolean       logarithmic)
{
  g_autofree char *arm = qusop_arm_label (dose_mg);
  g_autofree char *label =
      profile->n_low == profile->n_high
          ? g_strdup_printf ("%s (n = %u)", arm, profile->n_high)
          : g_strdup_printf ("%s (n = %u–%u)", arm, profile->n_low, profile->n_high);
  g_autofree char *middle =
      g_strdup_printf ("%s, %s", arm, logarithmic ? "geometric mean" : "mean");
  g_autofree char *spread = g_strdup_printf (
      "%s, %s", arm, logarithmic ? "geometric mean ×/÷ geometric SD" : "mean ± SD");

  qusop_points_add_to (profile->spread, spec, QUSOP_SERIES_INTERVALS, NULL, spread, ink,
                       FALSE);
  qusop_points_add_to (profile->middle, spec, QUSOP_SERIES_LINE, label, middle, ink,
                       FALSE);
  qusop_points_add_to (profile->middle, spec, QUSOP_SERIES_POINTS, NULL, "", ink, FALSE);
}

static gboolean
add_arm (QusopPlotSpec   *spec,
         const QsDataset *dataset,
         QsEndpoint       endpoint,
         double           dose_mg,
         QusopInk         ink,
         gboolean         logarithmic)
{
  g_autoptr (QusopPoints) middle = qusop_points_new ();
  g_autoptr (QusopPoints) spread = qusop_points_new ();
  Profile                 profile = { .middle = middle, .spread = spread };
  g_autoptr (GArray)      all = collect (dataset, endpoint, dose_mg, &profile);
  const Point            *points = (const Point *) all->data;
  guint                   end;

  for (guint begin = 0; begin < all->len; begin = end) {
    for (end = begin; end < all->len && points[end].time_h == points[begin].time_h;)
      end++;
    add_time (&profile, points + begin, end - begin, logarithmic);
  }
  add_profile (spec, &profile, dose_mg, ink, logarithmic);

  return profile.below_limit;
}

/**
 * qusop_figure_mean:
 * @logarithmic: geometric mean and geometric SD on a logarithmic axis
 *
 * Mean and standard deviation of each arm at the times that subjects share.
 */
QusopPlotSpec *
qusop_figure_mean (const QsDataset *dataset, QsEndpoint endpoint, gboolean logarithmic)
{
  const char *what = endpoint == QS_ENDPOINT_PK ? _ ("Concentration") : _ ("Biomarker");
  const char *how = logarithmic ? _ ("geometric mean ×/÷ geometric SD") : _ ("mean ± SD");
  g_autofree char *title = g_strdup_printf (_ ("%s by time, %s"), what, how);
  g_autofree char *description =
      g_strdup_printf (_ ("%s of each arm against time."), title);
  QusopPlotSpec   *spec = qusop_plot_spec_new (title);
  double           doses_mg[QUSOP_MAX_ARMS];
  const guint      n = qusop_arms_of (dataset, doses_mg);
  gboolean         below_limit = FALSE;
  g_autofree char *note = NULL;

  qusop_plot_spec_set_empty_reason (
      spec, qs_dataset_n_observations (dataset, endpoint) == 0
                ? qusop_endpoint_empty_reason (endpoint)
                : _ ("No two subjects of an arm were observed at the same time."));
  qusop_plot_spec_set_x_axis (spec, _ ("Time since the first dose (h)"), "time_h", 0.0,
                              0.0, FALSE);
  qusop_plot_spec_set_y_axis (spec, qusop_endpoint_axis (endpoint),
                              qusop_endpoint_csv_name (endpoint), 0.0, 0.0, logarithmic);
  for (guint i = 0; i < n; i++)
    below_limit |=
        add_arm (spec, dataset, endpoint, doses_mg[i], qusop_arm_ink (i), logarithmic);

  note = g_strdup_printf (
      _ ("Whiskers: %s. Times that at least %d subjects of the arm share.%s"), how,
      MIN_FOR_SPREAD,
      below_limit ? _ (" Values below the limit of quantification count as half of it.")
                  : "");
  qusop_plot_spec_set_note (spec, note);
  qusop_plot_spec_set_description (spec, description);
  return spec;
}
