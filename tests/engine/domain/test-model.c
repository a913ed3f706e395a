/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/qs-model.h"

#include "core/qs-error.h"

#include <math.h>

static guint n_freed;

static void
count_free (QsPredictor *self)
{
  n_freed++;
  g_free (self);
}

static gboolean
refuse (const QsPredictor *self,
        const QsCriterion *criterion,
        double             threshold_ng_ml,
        GError           **error)
{
  g_set_error_literal (error, QS_ERROR, QS_ERROR_REFUSED, "Not this one");
  return FALSE;
}

static const QsPredictorClass open_class = { .name = "open", .free = count_free };
static const QsPredictorClass strict_class = {
  .name = "strict",
  .judges = refuse,
  .free = count_free,
};

static QsPredictor *
predictor_new (const QsPredictorClass *klass)
{
  QsPredictor *self = g_new0 (QsPredictor, 1);

  qs_predictor_init (self, klass);
  return self;
}

static void
test_copy_shares_predictors (void)
{
  QsModel *model = qs_model_new (QS_MODEL_EMAX), *copy;

  n_freed = 0;
  model->estimate = predictor_new (&open_class);
  model->data_sha256 = g_strdup ("abc");
  g_ptr_array_add (model->draws, predictor_new (&open_class));
  qs_model_add_metric (model, "RMSE", 0.5, "ng/mL");

  copy = qs_model_copy (model);
  g_ptr_array_add (copy->draws, predictor_new (&open_class));
  g_assert_cmpuint (model->draws->len, ==, 1);
  g_assert_true (copy->estimate == model->estimate);

  qs_model_unref (model);
  g_assert_cmpuint (n_freed, ==, 0);
  g_assert_cmpstr (copy->data_sha256, ==, "abc");
  g_assert_cmpfloat (g_array_index (copy->metrics, QsMetric, 0).value, ==, 0.5);

  qs_model_unref (qs_model_ref (copy));
  qs_model_unref (copy);
  g_assert_cmpuint (n_freed, ==, 3);
}

static void
test_predictor_may_refuse_to_judge (void)
{
  g_autoptr (QsPredictor) open = predictor_new (&open_class);
  g_autoptr (QsPredictor) strict = predictor_new (&strict_class);
  g_autoptr (GError)      error = NULL;
  const QsCriterion       criterion = { 0 };

  g_assert_true (qs_predictor_judges (open, &criterion, 3.3, NULL));
  g_assert_false (qs_predictor_judges (strict, &criterion, 3.3, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_REFUSED);
}

static void
test_kinds_have_names (void)
{
  g_autoptr (GError) error = NULL;
  QsModelKind        kind;

  for (guint i = QS_MODEL_LSTM; i < QS_MODEL_N_KINDS; i++) {
    g_assert_true (qs_model_kind_parse (qs_model_kind_name (i), &kind, NULL));
    g_assert_cmpuint (kind, ==, i);
  }

  g_assert_false (qs_model_kind_parse ("oracle", &kind, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
}

static void
assert_refused (QsFitOptions options)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (qs_fit_options_validate (&options, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
}

static void
test_every_option_is_checked (void)
{
  const QsFitOptions good = qs_fit_options_default (QS_MODEL_LSTM);
  QsFitOptions       bad[9];

  g_assert_true (qs_fit_options_validate (&good, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    bad[i] = good;

  bad[0].n_epochs = 0;
  bad[1].patience = 0;
  bad[2].batch_size = 0;
  bad[3].learning_rate = NAN;
  bad[4].learning_rate = 2.0;
  bad[5].clip_norm = 0.0;
  bad[6].validation_share = 0.6;
  bad[7].n_bootstrap = 2001;
  bad[8].threshold_ng_ml = NAN;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (bad[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/domain/model/copy-shares-predictors", test_copy_shares_predictors);
  g_test_add_func ("/domain/model/predictor-may-refuse-to-judge",
                   test_predictor_may_refuse_to_judge);
  g_test_add_func ("/domain/model/kinds-have-names", test_kinds_have_names);
  g_test_add_func ("/domain/model/every-option-is-checked", test_every_option_is_checked);
  return g_test_run ();
}
