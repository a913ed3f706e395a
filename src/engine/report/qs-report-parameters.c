/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-report-parameters.h"

#include <math.h>
#include <string.h>

/* Standard normal quantile of 97.5 %. */
static const double z975 = 1.959963984540054;

static double
metric (const QsModel *model, const char *name, const char *what)
{
  g_autofree char *full = g_strconcat (name, what, NULL);

  for (guint i = 0; i < model->metrics->len; i++) {
    const QsMetric *found = &g_array_index (model->metrics, QsMetric, i);

    if (strcmp (found->name, full) == 0)
      return found->value;
  }

  return NAN;
}

static gboolean
is_symmetric (const QsReportParameter *parameter)
{
  return g_str_has_prefix (parameter->name, "beta_") ||
         g_str_has_prefix (parameter->name, "corr_") || !(parameter->estimate > 0.0);
}

static void
add_interval (QsReportParameter *self)
{
  const double x = self->estimate, reach = z975 * self->se;

  if (is_symmetric (self)) {
    self->low = x - reach;
    self->high = x + reach;
  } else if (strcmp (self->name, "Imax") == 0 && x < 1.0) {
    const double logit = log (x / (1.0 - x)), width = reach / (x * (1.0 - x));

    self->low = 1.0 / (1.0 + exp (width - logit));
    self->high = 1.0 / (1.0 + exp (-width - logit));
  } else {
    self->low = x * exp (-reach / x);
    self->high = x * exp (reach / x);
  }
}

/**
 * qs_report_parameters:
 *
 * Returns: (transfer full) (element-type QsReportParameter): the parameters of @model
 * that have a standard error, in the order of its metrics; none for models without such
 */
GArray *
qs_report_parameters (const QsModel *model)
{
  GArray *parameters = g_array_new (FALSE, FALSE, sizeof (QsReportParameter));

  for (guint i = 0; i < model->metrics->len; i++) {
    const QsMetric   *found = &g_array_index (model->metrics, QsMetric, i);
    QsReportParameter parameter = { .name = found->name,
                                    .unit = found->unit,
                                    .estimate = found->value };
    const char       *effect = g_str_has_prefix (found->name, "omega2_")
                                   ? found->name + strlen ("omega2_")
                                   : NULL;
    gboolean          has_se = FALSE;

    for (guint k = i + 1; k < model->metrics->len; k++) {
      const QsMetric  *next = &g_array_index (model->metrics, QsMetric, k);
      g_autofree char *se = g_strconcat (found->name, " SE", NULL);

      has_se |= strcmp (next->name, se) == 0;
    }
    if (!has_se)
      continue;

    parameter.se = metric (model, found->name, " SE");
    parameter.rse_percent = metric (model, found->name, " RSE");
    parameter.shrinkage_percent =
        effect != NULL ? metric (model, effect, " shrinkage") : NAN;
    add_interval (&parameter);
    g_array_append_val (parameters, parameter);
  }

  return parameters;
}

/**
 * qs_report_parameters_tell:
 * @self: from qs_report_parameters()
 * @metric: the name of a metric of the same model
 *
 * Returns: whether the table has it: "CL", "CL SE", "CL RSE" or "CL shrinkage"
 */
gboolean
qs_report_parameters_tell (const GArray *self, const char *metric)
{
  for (guint i = 0; i < self->len; i++) {
    const char *name = g_array_index (self, QsReportParameter, i).name;
    const gsize length = strlen (name);

    if (strncmp (metric, name, length) == 0 &&
        (metric[length] == '\0' || metric[length] == ' '))
      return TRUE;
  }

  return self->len > 0 && g_str_has_suffix (metric, " shrinkage");
}

static void
append_number (GString *csv, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (csv, ',');
  if (isfinite (value))
    g_string_append (csv, g_ascii_formatd (text, sizeof text, "%.6g", value));
}

/**
 * qs_report_parameters_csv:
 *
 * Returns: (transfer full): parameters.csv, one line per estimated number
 */
char *
qs_report_parameters_csv (const QsModel *model)
{
  g_autoptr (GArray) parameters = qs_report_parameters (model);
  GString           *csv = g_string_new (
                "parameter,unit,estimate,se,rse_percent,ci95_lower,ci95_upper,shrinkage_percent\n");

  for (guint i = 0; i < parameters->len; i++) {
    const QsReportParameter *p = &g_array_index (parameters, QsReportParameter, i);

    g_string_append_printf (csv, "%s,%s", p->name, p->unit);
    append_number (csv, p->estimate);
    append_number (csv, p->se);
    append_number (csv, p->rse_percent);
    append_number (csv, p->low);
    append_number (csv, p->high);
    append_number (csv, p->shrinkage_percent);
    g_string_append_c (csv, '\n');
  }

  return g_string_free (csv, FALSE);
}
