/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-pkpd-person.h"

/* The bundled study as estimation sees it. */
static QsPkpdStudy *
sample_study (void)
{
  g_autoptr (GError)    error = NULL;
  g_autofree char      *path = g_test_build_filename (G_TEST_DIST, "..", "data", "sample",
                                                      "sample-study.csv", NULL);
  g_autoptr (QsDataset) dataset = qs_dataset_load (path, NULL, NULL, &error);
  QsPkpdStudy          *study;

  g_assert_no_error (error);
  study = qs_pkpd_study_new (dataset, &error);
  g_assert_no_error (error);

  return study;
}
