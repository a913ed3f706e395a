/* SPDX-License-Identifier: Apache-2.0 */

/* Feeds arbitrary bytes to the intake and checks what every dataset promises. With
 * clang's -fsanitize=fuzzer it searches; with replay.c it replays folders. A file that
 * begins with byte 1 brings a column mapping: all up to its first line end. */

#include "core/qs-error.h"
#include "data/qs-dataset.h"
#include "data/qs-split.h"
#include "data/qs-windows.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define MUST(condition)                           \
  do {                                            \
    if (!(condition))                             \
      g_error ("broken promise: %s", #condition); \
  } while (0)

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_line (const char *line)
{
  MUST (g_utf8_validate (line, -1, NULL));
  MUST (strpbrk (line, "\r\n\t") == NULL);
}

static void
check_findings (const QsDataset *dataset)
{
  guint n_fatal = 0;

  for (guint i = 0; i < qs_dataset_n_findings (dataset); i++) {
    const QsFinding *finding = qs_dataset_finding (dataset, i);
    g_autofree char *line = qs_finding_message (finding, "fuzz.csv");

    check_line (line);
    n_fatal += finding->severity == QS_SEVERITY_FATAL;
  }

  MUST (qs_dataset_is_usable (dataset) == (n_fatal == 0));
}

static void
check_subject (const QsSubject *subject)
{
  double max_ng_ml;

  MUST (subject->bw_kg > 0.0 && subject->comed <= 1 && subject->dose_mg >= 0.0);
  MUST (isfinite (subject->last_dose_h) && subject->interval_h >= 0.0);

  for (gsize i = 0; i < subject->n_records; i++) {
    const QsRecord *record = &subject->records[i];

    MUST (record->time_h >= 0.0 && isfinite (record->value));
    MUST (i == 0 || record->time_h >= subject->records[i - 1].time_h);
    MUST (record->kind != QS_RECORD_DOSE || record->value > 0.0);
    MUST (record->endpoint != QS_ENDPOINT_PD || record->value > 0.0);
  }

  if (qs_window_extreme (subject, QS_SUCCESS_BELOW, &max_ng_ml))
    MUST (max_ng_ml > 0.0);
}

static void
check_splits (const QsDataset *dataset)
{
  const guint          n = qs_dataset_n_subjects (dataset);
  g_autofree guint    *drawn = g_new (guint, n + 1);
  g_autofree gboolean *aside = g_new (gboolean, n + 1);
  guint                total = 0;

  qs_split_bootstrap (dataset, 1, 0, drawn);
  qs_split_validation (dataset, 0.2, 1, 0, aside);
  for (guint i = 0; i < n; i++)
    total += drawn[i];

  MUST (total == n);
}

static void
check_study (const QsDataset *dataset)
{
  const QsStudyFacts facts = qs_dataset_facts (dataset);
  QsArm              arms[4];
  gsize              n_weights;

  MUST (qs_dataset_n_subjects (dataset) > 0);
  MUST (facts.bw_low_kg <= facts.bw_high_kg);
  MUST (qs_dataset_sorted_weights (dataset, &n_weights)[0] == facts.bw_low_kg);
  qs_attainment (dataset, QS_SUCCESS_BELOW, 3.3, arms, G_N_ELEMENTS (arms));

  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
    check_subject (qs_dataset_subject (dataset, i));

    for (guint k = 0; k < qs_dataset_n_covariates (dataset); k++) {
      const double value = qs_dataset_covariate (dataset, k, i);

      if (qs_dataset_covariate_is_categorical (dataset, k) && !isnan (value))
        MUST (qs_dataset_covariate_level (dataset, k, (guint) value) != NULL);
    }
  }

  check_splits (dataset);
}

static void
check_dataset (const QsDataset *dataset)
{
  g_autoptr (GError) error = NULL;
  const guint        n_columns = qs_dataset_n_columns (dataset);
  const gsize        n_rows = qs_dataset_n_rows (dataset);

  for (gsize row = 0; row < n_rows; row++)
    for (guint column = 0; column < n_columns; column++)
      MUST (g_utf8_validate (qs_dataset_cell (dataset, row, column), -1, NULL));

  check_findings (dataset);
  if (!qs_dataset_require (dataset, &error))
    check_line (error->message);
  if (qs_dataset_is_usable (dataset))
    check_study (dataset);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char      *mapping = NULL;
  g_autoptr (GBytes)    bytes = NULL;
  g_autoptr (GError)    error = NULL;
  g_autoptr (QsDataset) dataset = NULL;
  const uint8_t        *end = size > 0 && *data == 1 ? memchr (data, '\n', size) : NULL;

  if (end != NULL) {
    mapping = g_strndup ((const char *) data + 1, (gsize) (end - data) - 1);
    size -= (gsize) (end + 1 - data);
    data = end + 1;
  }

  if (mapping != NULL && !g_utf8_validate (mapping, -1, NULL))
    g_clear_pointer (&mapping, g_free);

  bytes = g_bytes_new (data, size);
  dataset = qs_dataset_parse (bytes, "fuzz.csv", mapping, NULL, &error);
  MUST ((dataset == NULL) == (error != NULL));

  if (dataset != NULL)
    check_dataset (dataset);
  else
    check_line (error->message);

  return 0;
}
