/* SPDX-License-Identifier: Apache-2.0 */
#include "data/qs-dataset.h"

#include "core/qs-error.h"
#include "core/qs-stats.h"
#include "data/qs-checks.h"
#include "data/qs-covariates.h"
#include "data/qs-subjects.h"
#include "data/qs-textfile.h"

#include <math.h>
#include <stdatomic.h>

#define HASH_BLOCK ((gsize) 4 << 20)

struct _QsDataset {
  atomic_int n_refs;
  char      *path;
  char      *sha256;
  QsCsv     *csv;
  QsSchema  *schema;
  GPtrArray *findings; /* QsFinding */
  gboolean   is_usable;
  GArray    *subjects;   /* QsSubject; empty if not usable */
  GPtrArray *covariates; /* QsCovariate; empty if not usable */
  double    *sorted_weights;
};

QsDataset *
qs_dataset_ref (QsDataset *self)
{
  atomic_fetch_add (&self->n_refs, 1);
  return self;
}

void
qs_dataset_unref (QsDataset *self)
{
  if (self == NULL || atomic_fetch_sub (&self->n_refs, 1) != 1)
    return;

  g_free (self->path);
  g_free (self->sha256);
  g_clear_pointer (&self->csv, qs_csv_free);
  g_clear_pointer (&self->schema, qs_schema_free);
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_clear_pointer (&self->subjects, g_array_unref);
  g_clear_pointer (&self->covariates, g_ptr_array_unref);
  g_free (self->sorted_weights);
  g_free (self);
}

static gboolean
build_study (QsDataset       *self,
             const QsColumns *columns,
             QsFindings      *findings,
             QsRun           *run,
             GError         **error)
{
  self->subjects = qs_subjects_build (columns, findings, run, error);
  if (self->subjects == NULL)
    return FALSE;
  if (qs_findings_n_fatal (findings) > 0)
    return TRUE;

  self->covariates = qs_covariates_build (columns, self->schema, findings, run, error);
  if (self->covariates == NULL)
    return FALSE;

  self->sorted_weights = g_new (double, self->subjects->len);
  for (guint i = 0; i < self->subjects->len; i++)
    self->sorted_weights[i] = g_array_index (self->subjects, QsSubject, i).bw_kg;
  qs_sort (self->sorted_weights, self->subjects->len);

  return TRUE;
}

/* Rows are judged only when every column that the rules need is there and the cells stand
 * where they belong; else one fault would be told many times over. */
static gboolean
check_and_build (QsDataset *self, QsFindings *findings, QsRun *run, GError **error)
{
  g_autoptr (QsColumns) columns = NULL;
  guint                 n_in_layout;

  qs_csv_report (self->csv, findings);
  n_in_layout = qs_findings_n_fatal (findings);
  columns = qs_columns_new (self->csv, self->schema, findings, run, error);
  if (columns == NULL)
    return FALSE;

  if (n_in_layout == 0 && !qs_checks_run (columns, findings, run, error))
    return FALSE;

  if (qs_findings_n_fatal (findings) > 0)
    return TRUE;

  return build_study (self, columns, findings, run, error);
}

/* SHA-256 in hexadecimal, in blocks so that even a large file can be cancelled. */
static char *
hash_bytes (GBytes *bytes, QsRun *run, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize                 size;
  const guchar         *data = g_bytes_get_data (bytes, &size);

  for (gsize at = 0; at < size; at += HASH_BLOCK) {
    g_checksum_update (checksum, data + at, (gssize) MIN (HASH_BLOCK, size - at));
    if (!qs_run_step (run, NULL, error))
      return NULL;
  }

  return g_strdup (g_checksum_get_string (checksum));
}

/**
 * qs_dataset_parse:
 * @bytes: the file
 * @name: its name, for messages and qs_dataset_path()
 * @mapping: (nullable): "ROLE=COLUMN,…", such as "BW=WT,ID=SUBJID"
 * @run: (nullable): where to report and listen for cancel
 * @error: return location for %QS_ERROR_DATA or %QS_ERROR_CANCELLED
 *
 * Reads and checks a study that is in memory.
 *
 * Returns: (transfer full) (nullable): the dataset, perhaps with fatal findings; %NULL
 *   only when there is nothing to show
 */
QsDataset *
qs_dataset_parse (GBytes     *bytes,
                  const char *name,
                  const char *mapping,
                  QsRun      *run,
                  GError    **error)
{
  g_autoptr (QsDataset)  self = g_new0 (QsDataset, 1);
  g_autoptr (QsFindings) findings = qs_findings_new ();
  g_autofree char       *base = g_path_get_basename (name);

  atomic_init (&self->n_refs, 1);
  self->path = g_strdup (name);
  self->csv = qs_csv_parse (bytes, base, run, error);
  if (self->csv == NULL)
    return NULL;

  self->sha256 = hash_bytes (bytes, run, error);
  if (self->sha256 == NULL)
    return NULL;

  self->schema = qs_schema_new (self->csv, base, mapping, findings, error);
  if (self->schema == NULL || !check_and_build (self, findings, run, error))
    return NULL;

  self->is_usable = qs_findings_n_fatal (findings) == 0;
  self->findings = qs_findings_finish (findings);

  return g_steal_pointer (&self);
}

/**
 * qs_dataset_load:
 * @path: a file of at most 256 MiB
 * @mapping: (nullable): as for qs_dataset_parse()
 * @run: (nullable): where to report and listen for cancel
 * @error: return location for %QS_ERROR_IO and the errors of qs_dataset_parse()
 *
 * Reads and checks a study file.
 *
 * Returns: (transfer full) (nullable): the dataset, perhaps with fatal findings; %NULL
 *   only when there is nothing to show
 */
QsDataset *
qs_dataset_load (const char *path, const char *mapping, QsRun *run, GError **error)
{
  g_autoptr (GBytes) bytes = qs_textfile_read (path, run, error);

  if (bytes == NULL)
    return NULL;

  return qs_dataset_parse (bytes, path, mapping, run, error);
}

const char *
qs_dataset_path (const QsDataset *self)
{
  return self->path;
}

const char *
qs_dataset_sha256 (const QsDataset *self)
{
  return self->sha256;
}

/* Data rows, without header and empty rows. */
gsize
qs_dataset_n_rows (const QsDataset *self)
{
  return qs_csv_n_rows (self->csv);
}

guint
qs_dataset_n_columns (const QsDataset *self)
{
  return qs_csv_n_columns (self->csv);
}

const char *
qs_dataset_column_name (const QsDataset *self, guint column)
{
  g_return_val_if_fail (column < qs_csv_n_columns (self->csv), NULL);
  return qs_csv_name (self->csv, column);
}

QsColumnRole
qs_dataset_column_role (const QsDataset *self, guint column)
{
  g_return_val_if_fail (column < self->schema->n_columns, QS_COLUMN_IGNORED);
  return self->schema->roles[column];
}

/**
 * qs_dataset_mapping_is_certain:
 *
 * Returns: %FALSE if a role had to be guessed from a vague name, or if several columns
 *   could have had it: the reader should confirm
 */
gboolean
qs_dataset_mapping_is_certain (const QsDataset *self)
{
  return self->schema->is_certain;
}

/**
 * qs_dataset_cell:
 * @row: data row, from 0
 * @column: column, from 0
 *
 * Returns: the cell as written, "" where the row was too short
 */
const char *
qs_dataset_cell (const QsDataset *self, gsize row, guint column)
{
  g_return_val_if_fail (row < qs_dataset_n_rows (self), NULL);
  g_return_val_if_fail (column < qs_dataset_n_columns (self), NULL);
  return qs_csv_cell (self->csv, row, column);
}

guint
qs_dataset_n_findings (const QsDataset *self)
{
  return self->findings->len;
}

/* Worst first, then by row. */
const QsFinding *
qs_dataset_finding (const QsDataset *self, guint i)
{
  g_return_val_if_fail (i < self->findings->len, NULL);
  return g_ptr_array_index (self->findings, i);
}

/* Whether there is no fatal finding. */
gboolean
qs_dataset_is_usable (const QsDataset *self)
{
  return self->is_usable;
}

/**
 * qs_dataset_require:
 * @self: a dataset
 * @error: return location for %QS_ERROR_DATA or %QS_ERROR_TOO_FEW
 *
 * What every verb that fits calls first: the data must be free of fatal findings, and
 * hold at least two subjects and one biomarker observation. Showing and exploring need
 * less: qs_dataset_is_usable().
 *
 * Returns: whether @self can be fitted
 */
gboolean
qs_dataset_require (const QsDataset *self, GError **error)
{
  g_autofree char *file = g_path_get_basename (self->path);

  if (!self->is_usable) {
    g_autofree char *message = qs_finding_message (qs_dataset_finding (self, 0), file);

    g_set_error_literal (error, QS_ERROR, QS_ERROR_DATA, message);
    return FALSE;
  }

  if (self->subjects->len < 2) {
    g_set_error (error, QS_ERROR, QS_ERROR_TOO_FEW,
                 "%s: found 1 subject; a fit needs at least 2. Add subjects.", file);
    return FALSE;
  }

  if (qs_dataset_n_observations (self, QS_ENDPOINT_PD) == 0) {
    g_set_error (error, QS_ERROR, QS_ERROR_TOO_FEW,
                 "%s: found no biomarker observation; a fit needs rows with EVID 0 and "
                 "DVID 2. Add them or map the column.",
                 file);
    return FALSE;
  }

  return TRUE;
}

guint
qs_dataset_n_subjects (const QsDataset *self)
{
  return self->subjects != NULL && self->is_usable ? self->subjects->len : 0;
}

const QsSubject *
qs_dataset_subject (const QsDataset *self, guint i)
{
  g_return_val_if_fail (i < qs_dataset_n_subjects (self), NULL);
  return &g_array_index (self->subjects, QsSubject, i);
}

guint
qs_dataset_n_observations (const QsDataset *self, QsEndpoint endpoint)
{
  guint n = 0;

  for (guint i = 0; i < qs_dataset_n_subjects (self); i++) {
    const QsSubject *subject = qs_dataset_subject (self, i);

    n += endpoint == QS_ENDPOINT_PK ? subject->n_pk : subject->n_pd;
  }

  return n;
}

static void
add_dose (QsStudyFacts *facts, double dose_mg)
{
  guint at = 0;

  while (at < facts->n_doses && facts->doses_mg[at] < dose_mg)
    at++;
  if ((at < facts->n_doses && facts->doses_mg[at] == dose_mg) ||
      facts->n_doses == G_N_ELEMENTS (facts->doses_mg))
    return;

  for (guint i = facts->n_doses; i > at; i--)
    facts->doses_mg[i] = facts->doses_mg[i - 1];
  facts->doses_mg[at] = dose_mg;
  facts->n_doses++;
}

/* The study's window is that of its dosed subject in the middle, which placebo shares. */
static void
add_window (const QsDataset *self, QsStudyFacts *facts)
{
  g_autofree double *from_h = g_new0 (double, qs_dataset_n_subjects (self) + 1);
  g_autofree double *interval_h = g_new0 (double, qs_dataset_n_subjects (self) + 1);
  gsize              n = 0;

  for (guint i = 0; i < qs_dataset_n_subjects (self); i++) {
    const QsSubject *subject = qs_dataset_subject (self, i);

    if (subject->n_doses == 0)
      continue;

    from_h[n] = subject->last_dose_h;
    interval_h[n++] = subject->interval_h;
  }

  if (n == 0)
    return;

  qs_sort (from_h, n);
  qs_sort (interval_h, n);
  facts->interval_h = interval_h[(n - 1) / 2];
  facts->window_from_h = from_h[(n - 1) / 2];
  facts->window_to_h = facts->window_from_h + facts->interval_h;
}

static void
add_subject (QsStudyFacts *facts, const QsSubject *subject)
{
  facts->bw_low_kg = MIN (facts->bw_low_kg, subject->bw_kg);
  facts->bw_high_kg = MAX (facts->bw_high_kg, subject->bw_kg);
  facts->comed_share += subject->comed;
  add_dose (facts, subject->dose_mg);

  for (gsize k = 0; k < subject->n_records; k++)
    if (subject->records[k].kind == QS_RECORD_DOSE)
      facts->highest_dose_mg = MAX (facts->highest_dose_mg, subject->records[k].value);
}

/**
 * qs_dataset_facts:
 *
 * Returns: what a model remembers of the study; all zero without subjects. Of more than
 *   16 arms the first 16 to appear are told.
 */
QsStudyFacts
qs_dataset_facts (const QsDataset *self)
{
  const guint  n = qs_dataset_n_subjects (self);
  QsStudyFacts facts = { .n_subjects = n };

  if (n == 0)
    return facts;

  facts.bw_low_kg = facts.bw_high_kg = qs_dataset_subject (self, 0)->bw_kg;
  for (guint i = 0; i < n; i++)
    add_subject (&facts, qs_dataset_subject (self, i));

  facts.has_comed = self->schema->column_of[QS_COLUMN_COMED] >= 0;
  facts.comed_share /= n;
  add_window (self, &facts);

  return facts;
}

guint
qs_dataset_n_covariates (const QsDataset *self)
{
  return self->covariates != NULL ? self->covariates->len : 0;
}

const char *
qs_dataset_covariate_name (const QsDataset *self, guint covariate)
{
  const QsCovariate *found;

  g_return_val_if_fail (covariate < qs_dataset_n_covariates (self), NULL);
  found = g_ptr_array_index (self->covariates, covariate);
  return qs_csv_name (self->csv, found->column);
}

gboolean
qs_dataset_covariate_is_categorical (const QsDataset *self, guint covariate)
{
  const QsCovariate *found;

  g_return_val_if_fail (covariate < qs_dataset_n_covariates (self), FALSE);
  found = g_ptr_array_index (self->covariates, covariate);
  return found->levels != NULL;
}

/* The number of the level for a categorical covariate; NaN where missing. */
double
qs_dataset_covariate (const QsDataset *self, guint covariate, guint subject)
{
  const QsCovariate *found;

  g_return_val_if_fail (covariate < qs_dataset_n_covariates (self), NAN);
  g_return_val_if_fail (subject < qs_dataset_n_subjects (self), NAN);
  found = g_ptr_array_index (self->covariates, covariate);
  return found->values[subject];
}

/* %NULL beyond the last level. */
const char *
qs_dataset_covariate_level (const QsDataset *self, guint covariate, guint level)
{
  const QsCovariate *found;

  g_return_val_if_fail (covariate < qs_dataset_n_covariates (self), NULL);
  found = g_ptr_array_index (self->covariates, covariate);
  if (found->levels == NULL || level >= found->levels->len)
    return NULL;

  return g_ptr_array_index (found->levels, level);
}

/* Body weights in kg, increasing; borrowed, for a prior from the data. */
const double *
qs_dataset_sorted_weights (const QsDataset *self, gsize *n_weights)
{
  *n_weights = qs_dataset_n_subjects (self);
  return self->sorted_weights;
}
