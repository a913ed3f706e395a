/* SPDX-License-Identifier: Apache-2.0 */
#include "data/qs-rules.h"

#include "core/qs-error.h"

/* What was merely noted is told once with its count, what is wrong place by place. */
#define MAX_LISTED_NOTES 1
#define MAX_LISTED 10

#define INFO QS_SEVERITY_INFO
#define WARNING QS_SEVERITY_WARNING
#define FATAL QS_SEVERITY_FATAL

/* In both texts %s stands for the name of the column's role. */
typedef struct {
  QsSeverity  severity;
  const char *rule;
  const char *action;
} RuleText;

static const RuleText texts[QS_N_RULES] = {
  [QS_RULE_READABLE] = { FATAL, "the study must be a file that can be read",
                         "Check its name and permissions." },
  [QS_RULE_REGULAR_FILE] = { FATAL, "the study must be an ordinary file",
                             "Save the data as a CSV file and open that." },
  [QS_RULE_FILE_SIZE] = { FATAL, "a study file must not exceed 256 MiB",
                          "Leave out columns or rows that are not needed." },
  [QS_RULE_NOT_EMPTY] = { FATAL, "the file must have a header line and data rows",
                          "Export the data again; this file is empty." },
  [QS_RULE_NOT_UTF16] = { FATAL, "the file must be UTF-8 text",
                          "Save it as \"CSV UTF-8\"." },
  [QS_RULE_NO_NUL] = { FATAL, "a text file must not hold NUL bytes",
                       "Save the data as CSV text; this looks like a binary file." },
  [QS_RULE_UTF8] = { FATAL, "the file must be UTF-8 text", "Save it as \"CSV UTF-8\"." },
  [QS_RULE_SEPARATED] = { FATAL,
                          "columns must be separated by commas, semicolons or tabs",
                          "Export the data with one of these separators." },
  [QS_RULE_QUOTES] = { FATAL, "a quote inside a cell must be doubled in a quoted cell",
                       "Double the quote, or remove it." },
  [QS_RULE_QUOTE_CLOSED] = { FATAL, "a quoted cell must end with a quote",
                             "Close the quote that begins in this row." },
  [QS_RULE_HAS_ROWS] = { FATAL, "data rows must follow the header",
                         "Export the data again; only a header was found." },
  [QS_RULE_N_COLUMNS] = { FATAL, "a study must not have more than 4096 columns",
                          "Leave out columns that are not needed." },
  [QS_RULE_N_CELLS] = { FATAL, "a study must not have more than 33554432 cells",
                        "Leave out columns or rows that are not needed." },
  [QS_RULE_CELL_LENGTH] = { FATAL, "a cell must be shorter than 1 MiB",
                            "Look for a quote that is never closed." },
  [QS_RULE_MAP_FORM] = { FATAL, "a mapping must read ROLE=COLUMN,ROLE=COLUMN",
                         "Write it as in BW=WT,ID=SUBJID." },
  [QS_RULE_MAP_ROLE] = { FATAL, "a mapping must name a known role",
                         "Use ID, TIME, DV, EVID, MDV, AMT, CMT, DVID, BW, COMED, DOSE, "
                         "ADDL, II, SS, RATE, CENS, LLOQ, COVARIATE or IGNORED." },
  [QS_RULE_MAP_COLUMN] = { FATAL, "a mapping must name a column of the file",
                           "Copy the name from the header line." },
  [QS_RULE_MAP_ONCE] = { FATAL, "a role and a column can be mapped only once",
                         "Remove one of the two." },

  [QS_RULE_COLUMN_PRESENT] = { FATAL, "there must be a column for %s",
                               "Add the column, or map one to %s." },
  [QS_RULE_COLUMN_UNIQUE] = { FATAL, "column names must be unique",
                              "Rename or remove one of the columns." },
  [QS_RULE_COLUMN_NAMED] = { WARNING, "every column must have a name",
                             "The column was ignored." },
  [QS_RULE_COLUMN_UNIT] = { FATAL, "%s must be in the unit that QuSOP uses",
                            "Convert it: time in h, dose in mg, weight in kg." },
  [QS_RULE_COLUMN_CLEAR] = { WARNING, "only one column can be %s",
                             "Another column was used; map %s to choose." },
  [QS_RULE_COLUMN_GUESSED] = { WARNING, "the name should say clearly that this is %s",
                               "It was taken as %s; confirm or map another column." },
  [QS_RULE_EVID_DERIVED] = { INFO, "rows with AMT above 0 are doses without EVID",
                             "Add EVID if other events occurred." },
  [QS_RULE_COMMENT_COLUMN] = { WARNING, "rows marked as comments are usually left out",
                               "The row was kept; remove it, or set MDV to 1." },
  [QS_RULE_ROW_SHORT] = { FATAL, "a row must have as many cells as the header",
                          "Add the missing cells, or look for a lost separator." },
  [QS_RULE_ROW_LONG] = { FATAL, "a row must have as many cells as the header",
                         "Remove the extra cells, or quote cells with separators." },
  [QS_RULE_ROW_EMPTY] = { WARNING, "a row must hold data", "The empty row was skipped." },

  [QS_RULE_NUMBER] = { FATAL, "%s must be a number",
                       "Correct the value or map the column." },
  [QS_RULE_FINITE] = { FATAL, "%s must be a finite number",
                       "Correct the value, or write \".\" for missing." },
  [QS_RULE_PRESENT] = { FATAL, "%s must not be missing", "Fill in the value." },
  [QS_RULE_NA_TEXT] = { INFO, "missing values are written as \".\" or left empty",
                        "NA was read as missing." },
  [QS_RULE_DECIMAL_COMMA] = { INFO, "numbers are written with a decimal point",
                              "Decimal commas were read as decimal points." },
  [QS_RULE_DECIMAL_MIX] = { FATAL,
                            "a file must not mix decimal commas and decimal points",
                            "Use the decimal point throughout." },

  [QS_RULE_ID_NOT_NEGATIVE] = { FATAL, "a numeric ID must not be negative",
                                "Correct the ID." },
  [QS_RULE_ID_CONTIGUOUS] = { FATAL, "the rows of a subject must stand together",
                              "Sort the file by ID and TIME, or give this person "
                              "another ID." },
  [QS_RULE_TIME_NOT_NEGATIVE] = { FATAL, "TIME must not be negative",
                                  "Count hours from the first dose; set pre-dose samples "
                                  "to 0." },
  [QS_RULE_TIME_RANGE] = { FATAL, "TIME must not exceed 1000000 h",
                           "Give hours since the first dose." },
  [QS_RULE_TIME_ORDER] = { FATAL, "TIME must not decrease within a subject",
                           "Sort the rows of the subject by TIME." },
  [QS_RULE_TIME_RESTART] = { FATAL,
                             "a clock that restarts at EVID 3 or 4 is not supported",
                             "Let TIME run on after the reset." },
  [QS_RULE_TIME_ORIGIN] = { WARNING, "TIME should count from the first dose",
                            "Times were used as written." },
  [QS_RULE_EVID] = { FATAL, "EVID must be 0, 1, 2, 3 or 4",
                     "Correct the value or map the column." },
  [QS_RULE_EVID_OTHER] = { INFO, "EVID 2 rows hold neither dose nor observation",
                           "The row was not used." },
  [QS_RULE_MDV] = { FATAL, "MDV must be 0 or 1", "Correct the value or map the column." },
  [QS_RULE_MDV_MISSING_DV] = { FATAL, "an observation with MDV 0 must have a DV",
                               "Set MDV to 1, or fill in DV." },
  [QS_RULE_MDV_IGNORED_DV] = { INFO, "MDV 1 means that DV is ignored",
                               "The observation was not used." },
  [QS_RULE_DV_MISSING] = { INFO, "an observation without DV says nothing",
                           "The row was taken as missing." },
  [QS_RULE_DV_ON_DOSE] = { WARNING, "a dose row must not hold an observation",
                           "DV was ignored; set MDV to 1, or give the observation its "
                           "own row." },
  [QS_RULE_DV_RANGE] = { FATAL, "DV must lie between -1000000000 and 1000000000",
                         "Correct the value or its unit." },
  [QS_RULE_DV_NEGATIVE_PK] = { WARNING, "a concentration should not be negative",
                               "The value was kept; check it, or mark it as below the "
                               "limit." },
  [QS_RULE_DV_PK_UNIT] = { WARNING, "concentrations above 10000 mg/L are unusual",
                           "The value was kept; check that DV is in mg/L." },
  [QS_RULE_DV_POSITIVE_PD] = { FATAL, "a biomarker value must be above 0",
                               "Correct it, set MDV to 1, or mark it by CENS and LLOQ." },
  [QS_RULE_DVID] = { FATAL, "DVID must be 1 (PK) or 2 (PD) for an observation",
                     "Correct the value, or set MDV to 1." },
  [QS_RULE_DVID_TEXT] = { INFO, "DVID is 1 (PK) or 2 (PD)",
                          "The name was read as the endpoint it stands for." },
  [QS_RULE_DVID_ON_DOSE] = { INFO, "a dose row has no endpoint", "DVID was ignored." },
  [QS_RULE_CMT] = { FATAL, "CMT must be a whole number from 0 to 1000",
                    "Correct the value or map the column." },
  [QS_RULE_CMT_OF_DOSES] = { WARNING, "all doses should enter the same compartment",
                             "All doses were taken alike; check CMT." },
  [QS_RULE_AMT_POSITIVE] = { FATAL, "AMT must be above 0 for a dose (EVID 1 or 4)",
                             "Give the amount in mg, or set EVID to 0 or 2." },
  [QS_RULE_AMT_RANGE] = { FATAL, "AMT must not exceed 1000000 mg",
                          "Give the amount in mg." },
  [QS_RULE_AMT_ON_OBSERVATION] = { FATAL,
                                   "AMT must be 0 or missing unless EVID is 1 or 4",
                                   "Set EVID to 1 for a dose, or AMT to 0." },
  [QS_RULE_AMT_PLACEBO] = { INFO, "a placebo dose has AMT 0",
                            "The row was taken as placebo." },
  [QS_RULE_DOSE_ITEM_ON_OBSERVATION] = { FATAL,
                                         "%s must be 0 or missing unless EVID is 1 or 4",
                                         "Set EVID to 1 for a dose, or %s to 0." },
  [QS_RULE_ADDL] = { FATAL, "ADDL must be a whole number, 0 or more",
                     "Correct the value or map the column." },
  [QS_RULE_ADDL_NEGATIVE] = { FATAL,
                              "negative ADDL (empirical steady state) is not "
                              "supported",
                              "Use SS 1 with II, or write the doses out." },
  [QS_RULE_ADDL_RANGE] = { FATAL, "ADDL must not exceed 10000 doses or 1000000 h",
                           "Correct ADDL or II." },
  [QS_RULE_ADDL_NEEDS_II] = { FATAL, "ADDL above 0 needs an II above 0",
                              "Give the dosing interval II in h." },
  [QS_RULE_II] = { FATAL, "II must lie between 0 and 1000000 h",
                   "Give the dosing interval in h." },
  [QS_RULE_II_UNUSED] = { WARNING, "II has no meaning without ADDL or SS",
                          "II was ignored." },
  [QS_RULE_SS] = { FATAL, "SS must be 0 or 1", "Correct the value or map the column." },
  [QS_RULE_SS_UNSUPPORTED] = { FATAL, "SS 2 and 3 are not supported",
                               "Use SS 1 with II, or write the doses out." },
  [QS_RULE_SS_NEEDS_II] = { FATAL, "SS 1 needs an II above 0",
                            "Give the dosing interval II in h." },
  [QS_RULE_RATE_UNSUPPORTED] = { FATAL,
                                 "RATE must be 0 or more: modelled rates and durations "
                                 "(-1, -2) are not supported",
                                 "Give the rate in mg/h, or 0 for a dose at once." },
  [QS_RULE_RATE_RANGE] = { FATAL, "an infusion must not last longer than 1000000 h",
                           "Give the rate in mg/h and the amount in mg." },
  [QS_RULE_RATE_STEADY] = { FATAL,
                            "at steady state an infusion must not last longer than II",
                            "Correct RATE, AMT or II, or write the infusions out, with "
                            "SS 0." },
  [QS_RULE_INFUSION] = { INFO, "RATE above 0 is an infusion into a vein",
                         "CMT was not looked at." },
  [QS_RULE_BOLUS] = { INFO, "a dose into compartment 2, the central one, is a bolus",
                      "Write CMT 1 where doses are absorbed." },
  [QS_RULE_ROUTES] = { FATAL, "all doses must be absorbed, or all go into a vein",
                       "Leave one route out: how much of an oral dose arrives is not "
                       "estimated." },
  [QS_RULE_CMT_TEXT] = { INFO, "CMT of a dose is 1 (depot) or 2 (central)",
                         "The name was read as the compartment it stands for." },
  [QS_RULE_CMT_NAME] = { FATAL, "CMT of a dose must be a number, depot or central",
                         "Write 1 where doses are absorbed, 2 for a vein." },
  [QS_RULE_CMT_WORD] = { INFO, "the compartment of an observation has no meaning here",
                         "The name was not used: DVID says what was measured." },
  [QS_RULE_BW] = { FATAL, "BW must be above 0 and at most 500 kg",
                   "Correct the value or its unit." },
  [QS_RULE_BW_UNUSUAL] = { WARNING, "BW below 20 or above 250 kg is unusual",
                           "The value was kept; check that it is in kg." },
  [QS_RULE_COMED] = { FATAL, "COMED must be 0 or 1",
                      "Code co-medication as 0 (no) or 1 (yes)." },
  [QS_RULE_DOSE] = { FATAL, "DOSE must lie between 0 and 1000000 mg",
                     "Give the nominal dose of the arm in mg." },
  [QS_RULE_CONSTANT] = { FATAL, "%s must not change within a subject",
                         "Give one value of %s per subject." },
  [QS_RULE_CONSTANT_COVARIATE] = { WARNING,
                                   "a covariate should not change within a "
                                   "subject",
                                   "The subject's first value was used." },
  [QS_RULE_TEXT_COVARIATE] = { INFO,
                               "a text column with more than 64 values is no "
                               "covariate",
                               "The column was kept as text only." },
  [QS_RULE_MISSING_COVARIATE] = { WARNING,
                                  "a covariate is missing where the subject begins",
                                  "The subject counts as the median one, or as one of "
                                  "the most frequent kind: give the value in its first "
                                  "row." },
  [QS_RULE_MANY_COVARIATES] = { WARNING,
                                "a population model looks at no more than the first 8 "
                                "covariates; a category counts one less than its values",
                                "Map columns that do not matter to IGNORED." },
  [QS_RULE_CENS] = { FATAL, "CENS must be 0 or 1",
                     "Correct the value or map the column." },
  [QS_RULE_CENS_RIGHT] = { FATAL, "right-censored values (CENS -1) are not supported",
                           "Set MDV to 1 for this row." },
  [QS_RULE_CENS_LIMIT] = { FATAL, "a value below the limit needs its limit",
                           "Give the LLOQ in DV or in a column LLOQ." },
  [QS_RULE_LLOQ] = { FATAL, "LLOQ must be above 0",
                     "Correct the value or map the column." },
  [QS_RULE_BELOW_TEXT] = { INFO, "values below the limit are marked by CENS 1",
                           "The text was read as below the limit." },
  [QS_RULE_BELOW_LLOQ] = { INFO, "values below LLOQ are marked by CENS 1",
                           "The value was taken as below the limit." },
  [QS_RULE_BELOW_LLOQ_UNMARKED] = { WARNING, "a value below LLOQ should have CENS 1",
                                    "The value was kept as written." },
  [QS_RULE_DUPLICATE] = { FATAL, "ID, TIME, EVID, CMT and DVID must not repeat together",
                          "Remove the repeated row, or correct its TIME." },
  [QS_RULE_REPLICATE] = { WARNING, "one sample has two values",
                          "Both were kept as replicates; correct TIME if they are not." },
  [QS_RULE_N_RECORDS] = { FATAL, "a study must not have more than 8388608 records",
                          "Reduce ADDL." },
  [QS_RULE_DOSED] = { FATAL, "a subject with DOSE above 0 must have dose rows",
                      "Add the dose rows, or set DOSE to 0 for placebo." },
  [QS_RULE_DOSE_LABEL] = { WARNING, "DOSE should equal the usual AMT",
                           "DOSE was kept as the arm; AMT is what was given." },
  [QS_RULE_OBSERVED] = { WARNING, "a subject should have observations",
                         "The subject was kept, and says nothing." },
  [QS_RULE_PLACEBO] = { INFO, "subjects without a dose are placebo",
                        "They were used as the 0 mg arm." },
  [QS_RULE_ANY_PD] = { WARNING, "a dose can be found only from biomarker observations",
                       "Add observations with DVID 2." },
  [QS_RULE_ANY_DOSE] = { WARNING, "a dosing window needs at least two doses",
                         "Add dose rows; until then no window can be judged." },
  [QS_RULE_TWO_SUBJECTS] = { WARNING, "a fit needs at least two subjects",
                             "Add subjects; until then the file can only be shown." },
};

/* What is listed of one rule in one kind of column. */
typedef struct {
  guint      n_listed;
  QsFinding *last; /* borrowed from the list */
} Group;

struct _QsFindings {
  GPtrArray *list;
  guint      n_fatal;
  Group      groups[QS_N_RULES][QS_N_COLUMN_ROLES];
};

QsFindings *
qs_findings_new (void)
{
  QsFindings *self = g_new0 (QsFindings, 1);

  self->list = g_ptr_array_new_with_free_func ((GDestroyNotify) qs_finding_free);

  return self;
}

void
qs_findings_free (QsFindings *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->list, g_ptr_array_unref);
  g_free (self);
}

void
qs_finding_free (QsFinding *self)
{
  g_free (self->id);
  g_free (self->column);
  g_free (self->value);
  g_free (self);
}

/* One copy per rule and role ever lives, so the text is as good as static. */
static const char *
fill_in (const char *text, QsColumnRole role)
{
  g_auto (GStrv)   parts = g_strsplit (text, "%s", -1);
  g_autofree char *filled = g_strjoinv (qs_column_role_name (role), parts);

  return g_intern_string (filled);
}

static QsFinding *
finding_new (QsRule rule, const QsPlace *place)
{
  QsFinding *self = g_new0 (QsFinding, 1);

  self->severity = texts[rule].severity;
  self->row = place->row;
  self->id = place->id != NULL && *place->id != '\0' ? g_strdup (place->id) : NULL;
  self->column = g_strdup (place->column);
  self->value = g_strdup (place->value);
  self->rule = fill_in (texts[rule].rule, place->role);
  self->action = fill_in (texts[rule].action, place->role);

  return self;
}

/**
 * qs_findings_add:
 *
 * Adds the breach of @rule at @place, or counts it when enough of its kind are listed.
 */
void
qs_findings_add (QsFindings *self, QsRule rule, const QsPlace *place)
{
  Group      *group = &self->groups[rule][place->role];
  const guint n_max = texts[rule].severity == INFO ? MAX_LISTED_NOTES : MAX_LISTED;

  self->n_fatal += texts[rule].severity == FATAL;

  if (group->n_listed == n_max) {
    group->last->n_more++;
    return;
  }

  group->n_listed++;
  group->last = finding_new (rule, place);
  g_ptr_array_add (self->list, group->last);
}

guint
qs_findings_n_fatal (const QsFindings *self)
{
  return self->n_fatal;
}

static int
compare_findings (gconstpointer a, gconstpointer b)
{
  const QsFinding *x = *(QsFinding *const *) a;
  const QsFinding *y = *(QsFinding *const *) b;

  if (x->severity != y->severity)
    return x->severity > y->severity ? -1 : 1;

  return (x->row > y->row) - (x->row < y->row);
}

/**
 * qs_findings_finish:
 *
 * Returns: (transfer full) (element-type QsFinding): the findings, worst first, then by
 *   row; @self is empty afterwards
 */
GPtrArray *
qs_findings_finish (QsFindings *self)
{
  /* GLib's pointer array sorts stably, so rules of one row stay in order of discovery. */
  g_ptr_array_sort (self->list, compare_findings);
  return g_steal_pointer (&self->list);
}

static QsError
error_of (QsRule rule)
{
  switch (rule) {
  case QS_RULE_READABLE:
  case QS_RULE_REGULAR_FILE:
    return QS_ERROR_IO;

  default:
    return QS_ERROR_DATA;
  }
}

/**
 * qs_refuse:
 * @error: return location
 * @rule: the rule that was broken
 * @file: name or path of the file
 * @place: where
 *
 * Turns a breach that leaves nothing to show into an error with the words of a finding.
 */
void
qs_refuse (GError **error, QsRule rule, const char *file, const QsPlace *place)
{
  QsFinding       *finding = finding_new (rule, place);
  g_autofree char *base = g_path_get_basename (file);
  g_autofree char *message = qs_finding_message (finding, base);

  g_set_error_literal (error, QS_ERROR, error_of (rule), message);
  qs_finding_free (finding);
}
