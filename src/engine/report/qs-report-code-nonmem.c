/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-report-code-parts.h"

#include <math.h>

const QsCodeDialect qs_code_nonmem = {
  .comment = ";; ",
  .indent = "  ",
  .assign = " = ",
  .log = "LOG",
  .exp = "EXP",
  .power = "**",
  .names = { "KA", "TLAG", "CL", "V", "Q", "V2", "R0", "KOUT", "IMAX", "IC50", "GAM" },
};

static gboolean
is_oral (const QsCodeWriter *self)
{
  return self->structure->route == QS_ROUTE_ORAL;
}

/* Compartments: depot, central, peripheral, biomarker, as far as there are. */
static guint
central (const QsCodeWriter *self)
{
  return is_oral (self) ? 2 : 1;
}

static guint
biomarker (const QsCodeWriter *self)
{
  return central (self) + self->structure->n_compartments;
}

static guint
count_used (const QsCodeWriter *self)
{
  guint n = 0;

  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++)
    n += qs_pkpd_uses (self->structure, i) != FALSE;
  return n;
}

static void
add_header (QsCodeWriter *self)
{
  qs_code_add (self, "\n$PROBLEM Population PK/PD model by QuSOP\n"
                     "$INPUT ID BW COMED DOSE TIME DV EVID MDV AMT CMT DVID");
  for (guint r = 0; r < QS_PKPD_MAX_REGRESSORS; r++)
    if (self->columns[r] != NULL)
      qs_code_add (self, " %s", self->columns[r]);
  qs_code_add (
      self, "\n$DATA study.csv IGNORE=@\n$SUBROUTINES ADVAN13 TOL=9\n$MODEL %s%s%s\n",
      is_oral (self) ? "COMP=(DEPOT,DEFDOSE) COMP=(CENTRAL)" : "COMP=(CENTRAL,DEFDOSE)",
      self->structure->n_compartments == 2 ? " COMP=(PERIPH)" : "",
      qs_code_is_direct (self) ? "" : " COMP=(RESPONSE)");
}

/* "MU_1 = LOG(THETA(1)) + …" and the parameter. What varies has the name that NONMEM
 * asks of it for sampling; @next numbers the thetas of covariates. */
static void
add_parameter (QsCodeWriter *self, guint parameter, guint theta, guint *next, guint *eta)
{
  const double     exponent = qs_pkpd_allometric_exponent (parameter);
  const gboolean   varies = qs_code_varies (self, parameter);
  g_autofree char *mu = varies ? g_strdup_printf ("MU_%u", ++*eta)
                               : g_strconcat ("T", self->dialect->names[parameter], NULL);
  g_autofree char *inner =
      varies ? g_strdup_printf ("%s + ETA(%u)", mu, *eta) : g_strdup (mu);

  if (qs_code_is_share (self, parameter))
    qs_code_add (self, "  %s = LOG(THETA(%u)/(1 - THETA(%u)))", mu, theta, theta);
  else
    qs_code_add (self, "  %s = LOG(THETA(%u))", mu, theta);
  if (exponent != 0.0) {
    g_autofree char *number = qs_code_number (exponent);

    qs_code_add (self, " + %s*LBW", number);
  }
  if (qs_code_bit (self->structure->bw, parameter))
    qs_code_add (self, " + THETA(%u)*LBW", (*next)++);
  if (qs_code_bit (self->structure->comed, parameter))
    qs_code_add (self, " + THETA(%u)*COMED", (*next)++);
  for (guint e = 0; e < self->structure->n_effects; e++)
    if (self->structure->effects[e].parameter == parameter)
      qs_code_add (self, " + THETA(%u)*X%u", (*next)++,
                   self->structure->effects[e].regressor + 1u);
  qs_code_add (self, "\n");
  qs_code_add_individual (self, parameter, inner);
}

static void
add_pk (QsCodeWriter *self)
{
  guint theta = 1, next = count_used (self) + 1, eta = 0;

  qs_code_add (self, "\n$PK\n  LBW = LOG(BW/70)\n");
  qs_code_add_regressors (self);
  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++)
    if (qs_pkpd_uses (self->structure, i))
      add_parameter (self, i, theta++, &next, &eta);
  if (qs_pkpd_uses (self->structure, QS_PKPD_TLAG))
    qs_code_add (self, "  ALAG1 = TLAG\n");
  if (!qs_code_is_direct (self))
    qs_code_add (self, "  A_0(%u) = R0\n", biomarker (self));
}

/* The power of 0 has no derivative by γ. */
static void
add_effect (QsCodeWriter *self, const char *effect, const char *concentration)
{
  g_autofree char *formula = qs_code_effect (self, concentration, concentration);

  if (!self->structure->gamma_estimated)
    qs_code_add (self, "  %s = %s\n", effect, formula);
  else
    qs_code_add (self, "  %s = 0\n  IF (%s.GT.0) %s = %s\n", effect, concentration,
                 effect, formula);
}

static void
add_equations (QsCodeWriter *self)
{
  const guint      c = central (self), r = biomarker (self);
  const char      *absorbed = is_oral (self) ? "KA*A(1) " : "";
  g_autofree char *state = g_strdup_printf ("A(%u)", r);

  qs_code_add (self, "\n$DES\n");
  if (is_oral (self))
    qs_code_add (self, "  DADT(1) = -KA*A(1)\n");
  if (self->structure->n_compartments == 2)
    qs_code_add (self,
                 "  DADT(%u) = %s- (CL + Q)/V*A(%u) + Q/V2*A(%u)\n"
                 "  DADT(%u) = Q/V*A(%u) - Q/V2*A(%u)\n",
                 c, absorbed, c, c + 1, c + 1, c, c + 1);
  else
    qs_code_add (self, "  DADT(%u) = %s- CL/V*A(%u)\n", c, absorbed, c);
  if (qs_code_is_direct (self))
    return;

  qs_code_add (self, "  DCONC = A(%u)/V\n", c);
  add_effect (self, "DEFF", "DCONC");
  g_autofree char *rate = qs_code_turnover (self, "DEFF", state);
  qs_code_add (self, "  DADT(%u) = %s\n", r, rate);
}

static void
add_residual (QsCodeWriter *self, guint endpoint, const char *prediction, guint *epsilon)
{
  qs_code_add (self, "    IPRED = %s\n    Y = IPRED", prediction);
  if (qs_code_has_error (self, endpoint, QS_PKPD_ERROR_PROPORTIONAL))
    qs_code_add (self, " + IPRED*EPS(%u)", (*epsilon)++);
  if (qs_code_has_error (self, endpoint, QS_PKPD_ERROR_ADDITIVE))
    qs_code_add (self, " + EPS(%u)", (*epsilon)++);
  qs_code_add (self, "\n");
}

static void
add_error (QsCodeWriter *self)
{
  guint epsilon = 1;

  qs_code_add (self, "\n$ERROR\n  CONC = A(%u)/V\n", central (self));
  if (qs_code_is_direct (self)) {
    add_effect (self, "EFF", "CONC");
    qs_code_add (self, "  RESP = R0*(1 - EFF)\n");
  } else {
    qs_code_add (self, "  RESP = A(%u)\n", biomarker (self));
  }
  qs_code_add (self, "  IF (DVID.EQ.1) THEN\n");
  add_residual (self, QS_ENDPOINT_PK, "CONC", &epsilon);
  qs_code_add (self, "  ELSE\n");
  add_residual (self, QS_ENDPOINT_PD, "RESP", &epsilon);
  qs_code_add (self, "  ENDIF\n");
}

static void
add_value (QsCodeWriter *self,
           const char   *format,
           double        value,
           const char   *of,
           const char   *on)
{
  g_autofree char *number = qs_code_number (value);

  qs_code_add (self, "  ");
  g_string_append_printf (self->text, format, number);
  qs_code_add (self, " ; %s%s%s\n", of, *on != '\0' ? ", " : "", on);
}

/* In the order in which add_parameter() numbers them. */
static void
add_effects (QsCodeWriter *self, guint parameter)
{
  const char *name = qs_pkpd_parameter_name (parameter);

  if (qs_code_bit (self->structure->bw, parameter))
    add_value (self, "%s", self->population->beta_bw[parameter], name, "log (BW/70)");
  if (qs_code_bit (self->structure->comed, parameter))
    add_value (self, "%s", self->population->beta_comed[parameter], name, "COMED");
  for (guint e = 0; e < self->structure->n_effects; e++) {
    const QsPkpdEffect *effect = &self->structure->effects[e];

    if (effect->parameter == parameter)
      add_value (self, "%s", self->population->beta[e], name,
                 self->columns[effect->regressor]);
  }
}

static void
add_thetas (QsCodeWriter *self)
{
  qs_code_add (self, "\n$THETA\n");
  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++)
    if (qs_pkpd_uses (self->structure, i))
      add_value (self, qs_code_is_share (self, i) ? "(0, %s, 1)" : "(0, %s)",
                 qs_pkpd_value (self->structure, i, self->population->theta[i]),
                 qs_pkpd_parameter_name (i), qs_pkpd_parameter_unit (i));
  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++)
    if (qs_pkpd_uses (self->structure, i))
      add_effects (self, i);
}

/* The lower triangle of correlated effects. */
static void
add_block (QsCodeWriter *self)
{
  guint       varying[QS_PKPD_N_PARAMETERS];
  double      omega[QS_PKPD_N_PARAMETERS * QS_PKPD_N_PARAMETERS];
  const guint n = qs_pkpd_varying (self->structure, varying);

  qs_pkpd_omega (self->population, varying, n, omega);
  qs_code_add (self, "\n$OMEGA BLOCK(%u)\n", n);
  for (guint j = 0; j < n; j++) {
    for (guint k = 0; k <= j; k++) {
      g_autofree char *number = qs_code_number (omega[j * n + k]);

      qs_code_add (self, "  %s", number);
    }
    qs_code_add (self, " ; %s\n", qs_pkpd_parameter_name (varying[j]));
  }
}

static void
add_variances (QsCodeWriter *self)
{
  static const char *const of[] = { "concentration", "biomarker" };
  const QsPkpdPopulation  *p = self->population;

  if (self->structure->correlated) {
    add_block (self);
  } else {
    qs_code_add (self, "\n$OMEGA\n");
    for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++)
      if (qs_code_varies (self, i))
        add_value (self, "%s", p->omega2[i], qs_pkpd_parameter_name (i), "");
  }

  qs_code_add (self, "\n$SIGMA\n");
  for (guint e = 0; e < 2; e++) {
    if (qs_code_has_error (self, e, QS_PKPD_ERROR_PROPORTIONAL))
      add_value (self, "%s", pow (p->sigma_prop[e], 2.0), of[e], "proportional");
    if (qs_code_has_error (self, e, QS_PKPD_ERROR_ADDITIVE))
      add_value (self, "%s", pow (p->sigma_add[e], 2.0), of[e], "additive");
  }
}

/* A control stream that evaluates the likelihood at the estimates. */
void
qs_code_write_nonmem (QsCodeWriter *self)
{
  add_header (self);
  add_pk (self);
  add_equations (self);
  add_error (self);
  add_thetas (self);
  add_variances (self);
  qs_code_add (self, "\n$ESTIMATION METHOD=IMP INTERACTION EONLY=1 NITER=5 ISAMPLE=3000 "
                     "PRINT=1\n"
                     "$TABLE ID TIME DVID IPRED CONC RESP NOPRINT NOAPPEND ONEHEADER "
                     "FILE=table.txt\n");
}
