/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "pkpd/qs-pkpd-predictor.h"
#include "report/qs-report.h"

#include <math.h>
#include <string.h>

#define N QS_PKPD_N_PARAMETERS
#define BIT(parameter) (1u << (parameter))

/* The oracle: what the text itself says, read by an interpreter of assignments and
 * integrated by Runge and Kutta's fourth-order rule. It knows nothing of the model. */

typedef struct {
  const char *at; /* borrowed */
  GHashTable *values;
} Expression;

static double sum (Expression *self);

static void
skip_blanks (Expression *self)
{
  while (*self->at == ' ')
    self->at++;
}

static gboolean
eat (Expression *self, const char *word)
{
  skip_blanks (self);
  if (!g_str_has_prefix (self->at, word))
    return FALSE;
  self->at += strlen (word);
  return TRUE;
}

static double
value_of (GHashTable *values, const char *name)
{
  const double *value = g_hash_table_lookup (values, name);

  if (value == NULL)
    g_error ("Nothing gives %s a value", name);
  return *value;
}

static void
set_value (GHashTable *values, const char *name, double value)
{
  double *known = g_hash_table_lookup (values, name);

  if (known == NULL) {
    known = g_new (double, 1);
    g_hash_table_insert (values, g_strdup (name), known);
  }
  *known = value;
}

/* A function, an element such as THETA(3) or a plain name. */
static double
named (Expression *self)
{
  const gsize      n = strspn (self->at, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_.");
  g_autofree char *name = g_strndup (self->at, n);
  double           x, y;

  g_assert_cmpuint (n, >, 0);
  self->at += n;
  if (!eat (self, "("))
    return value_of (self->values, name);

  x = sum (self);
  if (eat (self, ",")) {
    y = sum (self);
    g_assert_true (eat (self, ")"));
    g_assert_cmpstr (name, ==, "max");
    return MAX (x, y);
  }
  g_assert_true (eat (self, ")"));
  if (g_ascii_strcasecmp (name, "log") == 0)
    return log (x);
  if (g_ascii_strcasecmp (name, "exp") == 0)
    return exp (x);

  g_autofree char *element = g_strdup_printf ("%s(%d)", name, (int) x);
  return value_of (self->values, element);
}

static double
atom (Expression *self)
{
  double value;
  char  *end;

  if (eat (self, "(")) {
    value = sum (self);
    g_assert_true (eat (self, ")"));
    return value;
  }
  skip_blanks (self);
  if (!g_ascii_isdigit (*self->at))
    return named (self);

  value = g_ascii_strtod (self->at, &end);
  self->at = end;
  return value;
}

static double
power (Expression *self)
{
  const double base = atom (self);

  return eat (self, "**") || eat (self, "^") ? pow (base, power (self)) : base;
}

/* "**" has been eaten by then. */
static double
product (Expression *self)
{
  double value = eat (self, "-") ? -power (self) : power (self);

  for (;;) {
    if (eat (self, "*"))
      value *= power (self);
    else if (eat (self, "/"))
      value /= power (self);
    else
      return value;
  }
}

static double
sum (Expression *self)
{
  double value = product (self);

  for (;;) {
    if (eat (self, "+"))
      value += product (self);
    else if (eat (self, "-"))
      value -= product (self);
    else
      return value;
  }
}

static double
evaluate (GHashTable *values, const char *text)
{
  Expression   self = { text, values };
  const double value = sum (&self);

  skip_blanks (&self);
  if (*self.at != '\0' && *self.at != '#' && *self.at != ';')
    g_error ("\"%s\" is left of \"%s\"", self.at, text);
  return value;
}

/* "NAME = …", or "IF (NAME.GT.0) NAME = …"; anything else is left alone. */
static void
assign (GHashTable *values, const char *line, const char *sign)
{
  g_auto (GStrv)   sides = g_strsplit (line, sign, 2);
  g_autofree char *name = g_strdup (g_strstrip (sides[0]));

  if (g_strv_length (sides) < 2)
    return;
  if (g_str_has_prefix (name, "IF (")) {
    char *positive = name + strlen ("IF ("), *rest = strstr (positive, ".GT.0) ");

    g_assert_nonnull (rest);
    *rest = '\0';
    if (!(value_of (values, positive) > 0.0))
      return;
    set_value (values, rest + strlen (".GT.0) "), evaluate (values, sides[1]));
    return;
  }
  set_value (values, name, evaluate (values, sides[1]));
}

typedef struct {
  GPtrArray  *once;   /* lines run before the integration */
  GPtrArray  *always; /* lines run at every evaluation of the derivatives */
  GPtrArray  *after;  /* lines run for the predictions */
  const char *sign;
  GHashTable *values;
  GPtrArray  *states; /* what the states are called */
  GPtrArray  *rates;  /* and their derivatives */
  GPtrArray  *starts; /* and their starts */
  double      x[4];
} Machine;

static Machine *
machine_new (const char *sign)
{
  Machine *self = g_new0 (Machine, 1);

  self->once = g_ptr_array_new_with_free_func (g_free);
  self->always = g_ptr_array_new_with_free_func (g_free);
  self->after = g_ptr_array_new_with_free_func (g_free);
  self->states = g_ptr_array_new_with_free_func (g_free);
  self->rates = g_ptr_array_new_with_free_func (g_free);
  self->starts = g_ptr_array_new_with_free_func (g_free);
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->sign = sign;
  return self;
}

static void
machine_free (Machine *self)
{
  g_ptr_array_unref (self->once);
  g_ptr_array_unref (self->always);
  g_ptr_array_unref (self->after);
  g_ptr_array_unref (self->states);
  g_ptr_array_unref (self->rates);
  g_ptr_array_unref (self->starts);
  g_hash_table_unref (self->values);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Machine, machine_free)

static void
run_lines (Machine *self, const GPtrArray *lines)
{
  for (guint i = 0; i < lines->len; i++)
    assign (self->values, lines->pdata[i], self->sign);
}

static void
put_states (Machine *self, const double *x)
{
  for (guint i = 0; i < self->states->len; i++)
    set_value (self->values, self->states->pdata[i], x[i]);
}

static void
derivatives (Machine *self, const double *x, double *rates)
{
  put_states (self, x);
  run_lines (self, self->always);
  for (guint i = 0; i < self->states->len; i++)
    rates[i] = value_of (self->values, self->rates->pdata[i]);
}

static void
step (Machine *self, double h)
{
  static const double at[] = { 0.0, 0.5, 0.5, 1.0 }, weight[] = { 1.0, 2.0, 2.0, 1.0 };
  double              k[4] = { 0.0 }, total[4] = { 0.0 }, x[4];
  const guint         n = self->states->len;

  for (guint s = 0; s < 4; s++) {
    for (guint i = 0; i < n; i++)
      x[i] = self->x[i] + h * at[s] * k[i];
    derivatives (self, x, k);
    for (guint i = 0; i < n; i++)
      total[i] += weight[s] * k[i];
  }
  for (guint i = 0; i < n; i++)
    self->x[i] += h / 6.0 * total[i];
}

static void
walk (Machine *self, double length_h, double step_h)
{
  const guint n = (guint) ceil (length_h / step_h);

  for (guint i = 0; i < n; i++)
    step (self, length_h / n);
}

/* The power of a concentration that begins at 0 is not smooth there: the steps grow as it
 * leaves. */
static void
advance (Machine *self, double length_h, gboolean after_dose)
{
  const double first_h = after_dose ? MIN (length_h, 0.02) : 0.0;
  const double then_h = after_dose ? MIN (length_h, 1.0) - first_h : 0.0;

  walk (self, first_h, 0.0002);
  walk (self, then_h, 0.005);
  walk (self, length_h - first_h - then_h, 0.05);
}

/* "THETA(1) …" from the rows of a record that holds numbers. */
static void
take_number (GHashTable *values, const char *record, guint number, const char *line)
{
  g_autofree char *name = g_strdup_printf ("%s(%u)", record, number);
  const char      *start = line + strspn (line, " (");

  if (g_str_has_prefix (start, "0, "))
    start += strlen ("0, ");
  set_value (values, name, g_ascii_strtod (start, NULL));
}

static Machine *
read_nonmem (const char *text)
{
  Machine       *self = machine_new (" = ");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_auto (GStrv) compartments = NULL;
  const char    *record = "";
  guint          number = 0;

  for (guint i = 0; lines[i] != NULL; i++) {
    if (lines[i][0] == '$') {
      record = lines[i];
      number = 0;
    } else if (strlen (lines[i]) == 0 || lines[i][0] == ';') {
      continue;
    } else if (g_str_has_prefix (record, "$THETA")) {
      take_number (self->values, "THETA", ++number, lines[i]);
    } else if (g_str_has_prefix (record, "$OMEGA")) {
      g_autofree char *eta = g_strdup_printf ("ETA(%u)", ++number);

      set_value (self->values, eta, 0.0);
    } else if (g_str_has_prefix (record, "$PK")) {
      g_ptr_array_add (self->once, g_strdup (lines[i]));
    } else if (g_str_has_prefix (record, "$DES")) {
      g_ptr_array_add (self->always, g_strdup (lines[i]));
    } else if (g_str_has_prefix (record, "$ERROR") && strstr (lines[i], "Y = ") == NULL &&
               strstr (lines[i], "IPRED") == NULL) {
      g_ptr_array_add (self->after, g_strdup (lines[i]));
    }
  }

  compartments = g_strsplit (strstr (text, "$MODEL"), "COMP=", -1);
  for (guint i = 1; i < g_strv_length (compartments); i++) {
    g_ptr_array_add (self->states, g_strdup_printf ("A(%u)", i));
    g_ptr_array_add (self->rates, g_strdup_printf ("DADT(%u)", i));
    g_ptr_array_add (self->starts, g_strdup_printf ("A_0(%u)", i));
  }
  return self;
}

static Machine *
read_rxode2 (const char *text)
{
  Machine       *self = machine_new (" <- ");
  g_auto (GStrv) lines = g_strsplit (strstr (text, "ini({"), "\n", -1);
  gboolean       in_model = FALSE;

  for (guint i = 0; lines[i] != NULL; i++) {
    char *line = g_strstrip (lines[i]), *tilde = strstr (line, " ~ ");

    if (g_str_has_prefix (line, "model({")) {
      in_model = TRUE;
    } else if (tilde != NULL) {
      *tilde = '\0';
      if (!in_model)
        set_value (self->values, line, 0.0);
    } else if (g_str_has_prefix (line, "d/dt(")) {
      g_autofree char *name = g_strndup (line + 5, strcspn (line + 5, ")"));

      g_ptr_array_add (self->states, g_strdup (name));
      g_ptr_array_add (self->rates, g_strdup_printf ("d/dt(%s)", name));
      g_ptr_array_add (self->starts, g_strdup_printf ("%s(0)", name));
      g_ptr_array_add (self->always, g_strdup (line));
    } else if (g_str_has_prefix (line, "CONC") || g_str_has_prefix (line, "EFF")) {
      g_ptr_array_add (self->always, g_strdup (line));
      g_ptr_array_add (self->after, g_strdup (line));
    } else if (g_str_has_prefix (line, "RESP")) {
      g_ptr_array_add (self->after, g_strdup (line));
    } else if (strstr (line, " <- ") != NULL) {
      g_ptr_array_add (self->once, g_strdup (line));
    }
  }
  return self;
}

/* A person that uses everything: heavy, on co-medication, old, of the north. */
static const double bw_kg = 91.0, dose_mg = 10.0, interval_h = 12.0;
static const double regressors[QS_PKPD_MAX_REGRESSORS] = { 0.0, 14.0, 1.0, 0.0, 0.0 };

static void
set_person (GHashTable *values)
{
  set_value (values, "BW", bw_kg);
  set_value (values, "COMED", 1.0);
  set_value (values, "CRCL", 90.0);
  set_value (values, "COV2", 54.0);
  set_value (values, "COV3", 1.0);
}

#define N_LOOKS 12

/* Four doses; looks between them and long after. */
static const double looks_h[N_LOOKS] = { 0.4,  1.0,  3.0,  7.0,  11.9, 13.0,
                                         20.0, 30.0, 37.5, 40.0, 60.0, 90.0 };

static double
lag_of (GHashTable *values)
{
  const double *lag = g_hash_table_lookup (values, "ALAG1");

  if (lag == NULL)
    lag = g_hash_table_lookup (values, "alag(depot)");
  return lag != NULL ? *lag : 0.0;
}

/* What the text predicts. The first compartment takes the doses. */
static void
run_text (Machine *self, double *concentration, double *response)
{
  double time_h = 0.0, lag_h;
  guint  n_given = 0;

  set_person (self->values);
  run_lines (self, self->once);
  lag_h = lag_of (self->values);
  /* A lag is of the compartment that takes the doses. */
  if (g_hash_table_contains (self->values, "alag(depot)"))
    g_assert_cmpstr (self->states->pdata[0], ==, "depot");
  for (guint i = 0; i < self->states->len; i++) {
    const double *start = g_hash_table_lookup (self->values, self->starts->pdata[i]);

    self->x[i] = start != NULL ? *start : 0.0;
  }

  for (guint k = 0; k < N_LOOKS; k++) {
    while (n_given < 4 && n_given * interval_h + lag_h <= looks_h[k]) {
      advance (self, n_given * interval_h + lag_h - time_h, FALSE);
      time_h = n_given++ * interval_h + lag_h;
      self->x[0] += dose_mg;
    }
    advance (self, looks_h[k] - time_h, TRUE);
    time_h = looks_h[k];
    put_states (self, self->x);
    run_lines (self, self->after);
    concentration[k] = value_of (self->values, "CONC");
    response[k] = value_of (self->values, "RESP");
  }
}

/* What the product predicts. */
static void
run_engine (const QsPkpdStructure  *structure,
            const QsPkpdPopulation *population,
            double                 *concentration,
            double                 *response)
{
  QsDose         doses[4];
  double         transformed[N];
  QsPkParameters pk;
  QsPdParameters pd;

  for (guint i = 0; i < 4; i++)
    doses[i] = (QsDose){ .time_h = i * interval_h, .dose_mg = dose_mg };
  qs_pkpd_typical (structure, population, bw_kg, 1, regressors, transformed);
  qs_pkpd_individual (structure, transformed, &pk, &pd);
  qs_pkpd_simulate (&pk, &pd, doses, 4, looks_h, N_LOOKS, concentration, response);
}

static QsModel *
make_model (const QsPkpdStructure *structure, const QsPkpdPopulation *population)
{
  static const struct {
    const char     *name;
    QsRegressorKind kind;
    double          centre;
  } covariates[] = {
    { "CrCL", QS_REGRESSOR_RATIO, 90.0 },
    { "AGE OF LIFE", QS_REGRESSOR_DIFFERENCE, 40.0 },
    { "SITE=north", QS_REGRESSOR_LEVEL, 0.0 },
    { "CL", QS_REGRESSOR_RATIO, 1.0 },
  };
  QsModel                 *model = qs_model_new (QS_MODEL_PKPD);
  g_autoptr (QsPkpdDonors) donors = qs_pkpd_donors_new_empty (1);

  for (guint r = 0; r < G_N_ELEMENTS (covariates); r++) {
    donors->names[donors->n++] = g_strdup (covariates[r].name);
    donors->kinds[r] = covariates[r].kind;
    donors->centres[r] = covariates[r].centre;
  }
  model->data_sha256 = g_strdup ("abc");
  model->estimate = qs_pkpd_predictor_new (structure, population);
  qs_pkpd_predictor_set_donors (model->estimate, donors);
  return model;
}

static QsPkpdPopulation
make_population (const QsPkpdStructure *structure)
{
  static const double values[N] = { 0.7,  0.31, 1.3,  9.0, 2.1, 14.0,
                                    12.0, 0.11, 0.83, 0.4, 1.7 };
  QsPkpdPopulation population = { .sigma_prop = { 0.1, 0.2 }, .sigma_add = { 0.3, 0.4 } };

  for (guint i = 0; i < N; i++) {
    population.theta[i] = i == QS_PKPD_IMAX && qs_pkpd_stimulates (structure)
                              ? log (2.3)
                              : qs_pkpd_transform (i, values[i]);
    population.beta_comed[i] = 0.3 - 0.05 * i;
    population.beta_bw[i] = 0.2 - 0.03 * i;
    population.omega2[i] = 0.04 + 0.01 * i;
  }
  for (guint e = 0; e < QS_PKPD_MAX_EFFECTS; e++)
    population.beta[e] = 0.01 * (e + 1.0);
  return population;
}

/* The structures of every response, one after the other with everything else. */
static QsPkpdStructure
make_structure (guint i)
{
  const guint     kind = i % QS_PKPD_N_RESPONSES;
  const guint     turn = i / QS_PKPD_N_RESPONSES;
  QsPkpdStructure structure = qs_pkpd_structure_default ();

  structure.response = kind;
  structure.n_compartments = 1 + (i % 2 == 0);
  structure.route = turn == 1 && kind % 2 == 0 ? QS_ROUTE_BOLUS : QS_ROUTE_ORAL;
  structure.has_lag = turn == 1;
  structure.imax_estimated = turn == 0 || kind % 2 == 1;
  structure.gamma_estimated = turn == 1;
  structure.eta = turn == 0 ? structure.eta : BIT (QS_PKPD_CL) | BIT (QS_PKPD_IMAX);
  structure.error[QS_ENDPOINT_PK] = i % QS_PKPD_N_ERRORS;
  structure.error[QS_ENDPOINT_PD] = (i + turn) % QS_PKPD_N_ERRORS;
  if (turn == 1) {
    structure.comed = BIT (N) - 1u;
    structure.bw = BIT (QS_PKPD_CL) | BIT (QS_PKPD_R0) | BIT (QS_PKPD_IMAX);
    qs_pkpd_structure_add_effect (&structure, QS_PKPD_R0, 1);
    qs_pkpd_structure_add_effect (&structure, QS_PKPD_CL, 2);
    qs_pkpd_structure_add_effect (&structure, QS_PKPD_CL, 0);
  }
  return structure;
}

static void
assert_text_predicts (QsCode code, const QsPkpdStructure *of, guint i)
{
  const QsPkpdStructure  structure = *of;
  const QsPkpdPopulation population = make_population (&structure);
  g_autoptr (QsModel)    model = make_model (&structure, &population);
  g_autofree char       *text = qs_report_code (model, code, NULL);
  g_autoptr (Machine)    machine = NULL;
  double                 c[2][N_LOOKS], r[2][N_LOOKS];

  g_assert_nonnull (text);
  machine = code == QS_CODE_NONMEM ? read_nonmem (text) : read_rxode2 (text);
  run_text (machine, c[0], r[0]);
  run_engine (&structure, &population, c[1], r[1]);
  for (guint k = 0; k < N_LOOKS; k++) {
    g_test_message ("%u at %g h: %.9g %.9g, %.9g %.9g", i, looks_h[k], c[0][k], c[1][k],
                    r[0][k], r[1][k]);
    g_assert_cmpfloat_with_epsilon (c[0][k], c[1][k], 1e-6 * c[1][k]);
    g_assert_cmpfloat_with_epsilon (r[0][k], r[1][k], 1e-6 * r[1][k]);
  }
}

static void
test_equations_of_the_text_predict_the_same (void)
{
  for (guint i = 0; i < 2 * QS_PKPD_N_RESPONSES; i++) {
    const QsPkpdStructure structure = make_structure (i);

    assert_text_predicts (QS_CODE_NONMEM, &structure, i);
    assert_text_predicts (QS_CODE_RXODE2, &structure, i);
  }
}

/* Compartments, route, lag, response, Imax and gamma in every combination: all that a
 * search may choose and more, with covariates and residual errors taken in turn. */
#define N_COMBINATIONS (2 * 2 * 2 * QS_PKPD_N_RESPONSES * 2 * 2)

static QsPkpdStructure
make_combination (guint i)
{
  QsPkpdStructure structure = make_structure (i / 3 % 2 * QS_PKPD_N_RESPONSES);

  structure.error[QS_ENDPOINT_PK] = i % QS_PKPD_N_ERRORS;
  structure.error[QS_ENDPOINT_PD] = i / QS_PKPD_N_ERRORS % QS_PKPD_N_ERRORS;
  structure.n_compartments = 1 + i % 2;
  structure.route = (i /= 2) % 2 == 0 ? QS_ROUTE_ORAL : QS_ROUTE_BOLUS;
  structure.has_lag = (i /= 2) % 2;
  structure.imax_estimated = (i /= 2) % 2;
  structure.gamma_estimated = (i /= 2) % 2;
  structure.response = i / 2;
  return structure;
}

static void
test_equations_of_every_structure_predict_the_same (void)
{
  for (guint i = 0; i < N_COMBINATIONS; i++) {
    const QsPkpdStructure structure = make_combination (i);

    assert_text_predicts (QS_CODE_NONMEM, &structure, i);
    assert_text_predicts (QS_CODE_RXODE2, &structure, i);
  }
}

/* What the control stream says of the spread of an observation. */
static double
variance_in (const char *text, guint endpoint, double prediction)
{
  g_autoptr (Machine) machine = machine_new (" = ");
  g_auto (GStrv)      lines = g_strsplit (text, "\n", -1);
  const char         *record = "", *y = NULL;
  guint               n_sigmas = 0, n_y = 0;
  double              variance = 0.0;

  for (guint i = 0; lines[i] != NULL; i++) {
    if (lines[i][0] == '$')
      record = lines[i];
    else if (g_str_has_prefix (record, "$SIGMA") && lines[i][0] == ' ')
      take_number (machine->values, "SIGMA", ++n_sigmas, lines[i]);
    else if (strstr (lines[i], "Y = ") != NULL && n_y++ == endpoint)
      y = strstr (lines[i], "Y = ") + strlen ("Y = ");
  }

  set_value (machine->values, "IPRED", prediction);
  for (guint k = 1; k <= n_sigmas; k++) {
    g_autofree char *sigma = g_strdup_printf ("SIGMA(%u)", k);

    for (guint j = 1; j <= n_sigmas; j++) {
      g_autofree char *epsilon = g_strdup_printf ("EPS(%u)", j);

      set_value (machine->values, epsilon, j == k);
    }
    variance += pow (evaluate (machine->values, y) - prediction, 2.0) *
                value_of (machine->values, sigma);
  }
  return variance;
}

static void
assert_spread (const char             *text,
               const QsPkpdStructure  *structure,
               const QsPkpdPopulation *population,
               guint                   endpoint)
{
  const QsPkpdError error = structure->error[endpoint];
  const double      prediction = 7.0;
  const double      proportional = error != QS_PKPD_ERROR_ADDITIVE
                                       ? population->sigma_prop[endpoint] * prediction
                                       : 0.0;
  const double      additive =
      error != QS_PKPD_ERROR_PROPORTIONAL ? population->sigma_add[endpoint] : 0.0;
  const double variance = pow (proportional, 2.0) + pow (additive, 2.0);

  g_assert_cmpfloat_with_epsilon (variance_in (text, endpoint, prediction), variance,
                                  1e-12 * variance);
}

static void
test_residuals_of_every_kind_are_said (void)
{
  for (guint i = 0; i < QS_PKPD_N_ERRORS * QS_PKPD_N_ERRORS; i++) {
    const QsPkpdStructure    structure = make_combination (i);
    const QsPkpdPopulation   population = make_population (&structure);
    g_autoptr (QsModel)      model = make_model (&structure, &population);
    g_autofree char         *nonmem = qs_report_code (model, QS_CODE_NONMEM, NULL);
    g_autofree char         *rxode2 = qs_report_code (model, QS_CODE_RXODE2, NULL);
    static const char *const said[] = { "prop(prop.%s)\n", "add(add.%s)\n",
                                        "prop(prop.%s) + add(add.%s) + combined2()\n" };

    assert_spread (nonmem, &structure, &population, QS_ENDPOINT_PK);
    assert_spread (nonmem, &structure, &population, QS_ENDPOINT_PD);
    g_assert_cmpuint (structure.error[QS_ENDPOINT_PK], <, G_N_ELEMENTS (said));
    for (guint e = 0; e < 2; e++) {
      const char      *name = e == QS_ENDPOINT_PK ? "conc" : "resp";
      g_auto (GStrv)   parts = g_strsplit (said[structure.error[e]], "%s", -1);
      g_autofree char *line = g_strjoinv (name, parts);
      g_autofree char *whole =
          g_strconcat (e == QS_ENDPOINT_PK ? "    CONC ~ " : "    RESP ~ ", line, NULL);

      if (strstr (rxode2, whole) == NULL)
        g_error ("No \"%s\" in\n%s", whole, rxode2);
    }
  }
}

static void
assert_says (const char *text, const char *line)
{
  if (strstr (text, line) == NULL)
    g_error ("No \"%s\" in\n%s", line, text);
}

static void
test_variances_and_residuals_are_said (void)
{
  const QsPkpdStructure  structure = make_structure (2);
  const QsPkpdPopulation population = make_population (&structure);
  g_autoptr (QsModel)    model = make_model (&structure, &population);
  g_autofree char       *nonmem = qs_report_code (model, QS_CODE_NONMEM, NULL);
  g_autofree char       *rxode2 = qs_report_code (model, QS_CODE_RXODE2, NULL);

  assert_says (nonmem, "\n  0.06 ; CL\n");
  assert_says (nonmem, "\n  0.01 ; concentration, proportional\n");
  assert_says (nonmem, "\n  0.09 ; concentration, additive\n");
  assert_says (nonmem, "    Y = IPRED + IPRED*EPS(1) + EPS(2)\n");
  assert_says (rxode2, "    eta.cl ~ 0.06\n");
  assert_says (rxode2, "    prop.conc <- 0.1\n    add.conc <- 0.3\n");
  assert_says (rxode2, "    CONC ~ prop(prop.conc) + add(add.conc) + combined2()\n");
}

/* A covariate whose name means something else in the text gets another one. */
static void
test_covariates_are_told_apart_from_parameters (void)
{
  QsPkpdStructure  structure = qs_pkpd_structure_default ();
  QsPkpdPopulation population = { 0 };

  qs_pkpd_structure_add_effect (&structure, QS_PKPD_V, 3);
  qs_pkpd_structure_add_effect (&structure, QS_PKPD_V, 2);
  g_autoptr (QsModel) model = make_model (&structure, &population);
  g_autofree char    *text = qs_report_code (model, QS_CODE_NONMEM, NULL);

  assert_says (text, ";; The column COV4 is the study's CL.\n");
  assert_says (text, ";; The column COV3 is 1 where SITE=north, else 0.\n");
  assert_says (text, " DVID COV3 COV4\n");
  assert_says (text, "  X3 = COV3\n  X4 = LOG(COV4/1)\n");
}

static void
test_a_model_without_equations_is_refused (void)
{
  g_autoptr (QsModel) model = qs_model_new (QS_MODEL_LSTM);
  g_autoptr (GError)  error = NULL;

  g_assert_null (qs_report_code (model, QS_CODE_NONMEM, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_REFUSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/report/code/equations-of-the-text-predict-the-same",
                   test_equations_of_the_text_predict_the_same);
  if (g_test_slow ())
    g_test_add_func ("/report/code/equations-of-every-structure-predict-the-same",
                     test_equations_of_every_structure_predict_the_same);
  g_test_add_func ("/report/code/residuals-of-every-kind-are-said",
                   test_residuals_of_every_kind_are_said);
  g_test_add_func ("/report/code/variances-and-residuals-are-said",
                   test_variances_and_residuals_are_said);
  g_test_add_func ("/report/code/covariates-are-told-apart-from-parameters",
                   test_covariates_are_told_apart_from_parameters);
  g_test_add_func ("/report/code/a-model-without-equations-is-refused",
                   test_a_model_without_equations_is_refused);
  return g_test_run ();
}
