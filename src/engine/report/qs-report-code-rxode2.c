/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-report-code-parts.h"

/* In R, gamma is a function. */
const QsCodeDialect qs_code_rxode2 = {
  .comment = "# ",
  .indent = "    ",
  .assign = " <- ",
  .log = "log",
  .exp = "exp",
  .power = "^",
  .names = { "ka", "tlag", "cl", "v", "q", "v2", "r0", "kout", "imax", "ic50", "gam" },
};

/* "    prop.conc <- 0.1"; what varies is distributed. */
static void
add_value (QsCodeWriter *self,
           const char   *kind,
           const char   *of,
           const char   *sign,
           double        value)
{
  g_autofree char *number = qs_code_number (value);

  qs_code_add (self, "    %s.%s %s %s\n", kind, of, sign, number);
}

static void
add_parameter_values (QsCodeWriter *self, guint parameter)
{
  const char      *name = self->dialect->names[parameter];
  const char      *unit = qs_pkpd_parameter_unit (parameter);
  g_autofree char *theta = qs_code_number (self->population->theta[parameter]);
  g_autofree char *value = qs_code_number (
      qs_pkpd_value (self->structure, parameter, self->population->theta[parameter]));

  qs_code_add (self, "    t.%s <- %s # %s of %s%s%s\n", name, theta,
               qs_code_is_share (self, parameter) ? "logit" : "log", value,
               *unit != '\0' ? " " : "", unit);
  if (qs_code_bit (self->structure->bw, parameter))
    add_value (self, "bw", name, "<-", self->population->beta_bw[parameter]);
  if (qs_code_bit (self->structure->comed, parameter))
    add_value (self, "comed", name, "<-", self->population->beta_comed[parameter]);
  for (guint e = 0; e < self->structure->n_effects; e++) {
    g_autofree char *kind =
        g_strdup_printf ("x%u", self->structure->effects[e].regressor + 1u);

    if (self->structure->effects[e].parameter == parameter)
      add_value (self, kind, name, "<-", self->population->beta[e]);
  }
  if (qs_code_varies (self, parameter) && !self->structure->correlated)
    add_value (self, "eta", name, "~", self->population->omega2[parameter]);
}

/* "eta.cl + eta.v ~ c(0.1, 0.05, 0.1)": the lower triangle of correlated effects. */
static void
add_block (QsCodeWriter *self)
{
  guint       varying[QS_PKPD_N_PARAMETERS];
  double      omega[QS_PKPD_N_PARAMETERS * QS_PKPD_N_PARAMETERS];
  const guint n = qs_pkpd_varying (self->structure, varying);

  qs_pkpd_omega (self->population, varying, n, omega);
  for (guint j = 0; j < n; j++)
    qs_code_add (self, "%seta.%s", j == 0 ? "    " : " + ",
                 self->dialect->names[varying[j]]);
  qs_code_add (self, " ~ c(");
  for (guint j = 0; j < n; j++) {
    for (guint k = 0; k <= j; k++) {
      g_autofree char *number = qs_code_number (omega[j * n + k]);

      qs_code_add (self, "%s%s", j + k == 0 ? "" : ", ", number);
    }
  }
  qs_code_add (self, ")\n");
}

static const char *const endpoints[] = { "conc", "resp" };

static void
add_ini (QsCodeWriter *self)
{
  qs_code_add (self, "  ini({\n");
  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++)
    if (qs_pkpd_uses (self->structure, i))
      add_parameter_values (self, i);
  if (self->structure->correlated)
    add_block (self);
  for (guint e = 0; e < 2; e++) {
    if (qs_code_has_error (self, e, QS_PKPD_ERROR_PROPORTIONAL))
      add_value (self, "prop", endpoints[e], "<-", self->population->sigma_prop[e]);
    if (qs_code_has_error (self, e, QS_PKPD_ERROR_ADDITIVE))
      add_value (self, "add", endpoints[e], "<-", self->population->sigma_add[e]);
  }
  qs_code_add (self, "  })\n");
}

static void
add_parameter (QsCodeWriter *self, guint parameter)
{
  const char         *name = self->dialect->names[parameter];
  const double        exponent = qs_pkpd_allometric_exponent (parameter);
  g_autoptr (GString) inner = g_string_new (NULL);

  g_string_append_printf (inner, "t.%s", name);
  if (exponent != 0.0) {
    g_autofree char *number = qs_code_number (exponent);

    g_string_append_printf (inner, " + %s*LBW", number);
  }
  if (qs_code_bit (self->structure->bw, parameter))
    g_string_append_printf (inner, " + bw.%s*LBW", name);
  if (qs_code_bit (self->structure->comed, parameter))
    g_string_append_printf (inner, " + comed.%s*COMED", name);
  for (guint e = 0; e < self->structure->n_effects; e++) {
    const guint r = self->structure->effects[e].regressor + 1u;

    if (self->structure->effects[e].parameter == parameter)
      g_string_append_printf (inner, " + x%u.%s*X%u", r, name, r);
  }
  if (qs_code_varies (self, parameter))
    g_string_append_printf (inner, " + eta.%s", name);
  qs_code_add_individual (self, parameter, inner->str);
}

static void
add_compartments (QsCodeWriter *self)
{
  const gboolean oral = self->structure->route == QS_ROUTE_ORAL;
  const char    *absorbed = oral ? "ka*depot " : "";

  if (oral)
    qs_code_add (self, "    d/dt(depot) <- -ka*depot\n");
  if (self->structure->n_compartments == 2)
    qs_code_add (self,
                 "    d/dt(central) <- %s- (cl + q)/v*central + q/v2*periph\n"
                 "    d/dt(periph) <- q/v*central - q/v2*periph\n",
                 absorbed);
  else
    qs_code_add (self, "    d/dt(central) <- %s- cl/v*central\n", absorbed);
  if (qs_pkpd_uses (self->structure, QS_PKPD_TLAG))
    qs_code_add (self, "    alag(depot) <- tlag\n");
}

/* A solver's concentration may end a little below 0, which has no power. */
static void
add_response (QsCodeWriter *self)
{
  g_autofree char *effect = qs_code_effect (self, "CONC", "max(CONC, 0)");

  qs_code_add (self, "    CONC <- central/v\n    EFF <- %s\n", effect);
  if (qs_code_is_direct (self)) {
    qs_code_add (self, "    RESP <- r0*(1 - EFF)\n");
  } else {
    g_autofree char *rate = qs_code_turnover (self, "EFF", "biomarker");

    qs_code_add (self,
                 "    d/dt(biomarker) <- %s\n    biomarker(0) <- r0\n"
                 "    RESP <- biomarker\n",
                 rate);
  }
}

/* Of a combined error the variances add up. */
static void
add_residual (QsCodeWriter *self, guint endpoint, const char *of)
{
  const char    *name = endpoints[endpoint];
  const gboolean both = self->structure->error[endpoint] == QS_PKPD_ERROR_COMBINED;

  qs_code_add (self, "    %s ~ ", of);
  if (qs_code_has_error (self, endpoint, QS_PKPD_ERROR_PROPORTIONAL))
    qs_code_add (self, "prop(prop.%s)", name);
  if (qs_code_has_error (self, endpoint, QS_PKPD_ERROR_ADDITIVE))
    qs_code_add (self, "%sadd(add.%s)", both ? " + " : "", name);
  qs_code_add (self, both ? " + combined2()\n" : "\n");
}

/* A model function, which rxode2 simulates and nlmixr2 fits. */
void
qs_code_write_rxode2 (QsCodeWriter *self)
{
  qs_code_add (self, "\nqusop <- function() {\n");
  add_ini (self);
  qs_code_add (self, "  model({\n    LBW <- log(BW/70)\n");
  qs_code_add_regressors (self);
  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++)
    if (qs_pkpd_uses (self->structure, i))
      add_parameter (self, i);
  add_compartments (self);
  add_response (self);
  add_residual (self, QS_ENDPOINT_PK, "CONC");
  add_residual (self, QS_ENDPOINT_PD, "RESP");
  qs_code_add (self, "  })\n}\n");
}
