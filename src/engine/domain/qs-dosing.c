/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/qs-dosing.h"

#include "core/qs-error.h"

#include <math.h>
#include <string.h>

#define MAX_PARTS QS_DOSING_MAX_PARTS
#define MAX_DOSES QS_DOSING_MAX_DOSES

/* What the models' meshes reach. */
static const double shortest_h = 1.0, longest_h = 13.0 * 168.0;

static const double largest_factor = 100.0, heaviest_kg = 500.0;

/* A reader of the text. Whatever it does not like ends in one message, which names the
 * place and says what to write. */
typedef struct {
  const char *text;
  const char *at;
  GError    **error;
} Reader;

static gboolean
refuse (const Reader *self, const char *at, const char *remedy)
{
  const char *end = at + strcspn (at, " ");

  g_set_error (self->error, QS_ERROR, QS_ERROR_SCENARIO,
               "The schedule \"%s\", at character %d (%s%.*s%s): %s", self->text,
               (int) g_utf8_pointer_to_offset (self->text, at) + 1,
               *at != '\0' ? "\"" : "its end", (int) (end - at), at,
               *at != '\0' ? "\"" : "", remedy);
  return FALSE;
}

/* Digits and a point: an x behind them is no hexadecimal number. */
static gboolean
read_number (Reader *self, double low, double high, double *value, const char *remedy)
{
  const gsize length = strspn (self->at, "0123456789.");
  char        digits[32];
  char       *end = digits;

  if (length < sizeof digits) {
    g_strlcpy (digits, self->at, length + 1);
    *value = g_ascii_strtod (digits, &end);
  }
  if (length == 0 || length >= sizeof digits || end != digits + length ||
      !(*value >= low && *value <= high))
    return refuse (self, self->at, remedy);

  self->at += length;
  return TRUE;
}

static gboolean
read_whole (Reader *self, guint high, guint *value, const char *remedy)
{
  const char *from = self->at;
  double      number;

  if (!read_number (self, 1.0, high, &number, remedy))
    return FALSE;
  if (number != floor (number))
    return refuse (self, from, remedy);

  *value = (guint) number;
  return TRUE;
}

/* Goes past @sign if it is next. */
static gboolean
read_sign (Reader *self, char sign)
{
  if (*self->at != sign)
    return FALSE;

  self->at++;
  return TRUE;
}

/* Goes past @word if it is next and a whole word or, ending in "=", a key. */
static gboolean
read_word (Reader *self, const char *word)
{
  const gsize length = strlen (word);

  if (strncmp (self->at, word, length) != 0 ||
      (word[length - 1] != '=' && self->at[length] != ' ' && self->at[length] != '\0'))
    return FALSE;

  self->at += length;
  return TRUE;
}

static gboolean
read_interval (Reader *self, QsDosing *schedule)
{
  static const char remedy[] = "begin with qd (daily), qw (weekly) or every so many "
                               "hours, days or weeks, such as q12h, q3d or q2w, from 1 h "
                               "to 13 weeks";
  const char       *from = self->at;
  double            number, unit_h;

  if (read_word (self, "qd") || read_word (self, "qw")) {
    schedule->interval_h = from[1] == 'w' ? 168.0 : 24.0;
    return TRUE;
  }

  if (!read_sign (self, 'q') || !g_ascii_isdigit (*self->at))
    return refuse (self, from, remedy);
  if (!read_number (self, 0.0, longest_h, &number, remedy))
    return FALSE;

  unit_h = *self->at == 'h'   ? 1.0
           : *self->at == 'd' ? 24.0
           : *self->at == 'w' ? 168.0
                              : NAN;
  schedule->interval_h = number * unit_h;
  if (!(schedule->interval_h >= shortest_h && schedule->interval_h <= longest_h))
    return refuse (self, from, remedy);

  self->at++;
  return TRUE;
}

static gboolean
read_bands (Reader *self, QsDosing *schedule)
{
  static const char remedy[] =
      "write up to 8 bands by rising weight, the last one without a weight, such as "
      "bands=60:0.75,80:1,1.25: 0.75 times the dose below 60 kg, once it below 80 kg, "
      "1.25 times it above; factors lie in (0, 100]";
  double last_kg = 0.0;

  do {
    const guint i = schedule->n_bands;
    const char *from = self->at;
    double      number;

    if (i == MAX_PARTS)
      return refuse (self, from, remedy);
    if (!read_number (self, 1e-6, heaviest_kg, &number, remedy))
      return FALSE;

    schedule->band_end_kg[i] = INFINITY;
    if (read_sign (self, ':')) {
      schedule->band_end_kg[i] = number;
      if (!(number > last_kg))
        return refuse (self, from, remedy);
      if (!read_number (self, 1e-6, largest_factor, &number, remedy))
        return FALSE;
    }
    if (number > largest_factor)
      return refuse (self, from, remedy);

    schedule->band_factor[i] = number;
    last_kg = schedule->band_end_kg[i];
    schedule->n_bands++;
  } while (read_sign (self, ','));

  return isinf (last_kg) || refuse (self, self->at, remedy);
}

static gboolean
read_phases (Reader *self, QsDosing *schedule)
{
  static const char remedy[] = "write times the maintenance dose, x, and for how many "
                               "doses, such as load=2, load=1.5x3 or "
                               "titrate=0.25x7,0.5x7, at most 8 phases of 366 doses";

  do {
    const guint i = schedule->n_phases;

    if (i == MAX_PARTS)
      return refuse (self, self->at, remedy);
    if (!read_number (self, 0.0, largest_factor, &schedule->phase_factor[i], remedy))
      return FALSE;

    schedule->phase_doses[i] = 1;
    if (read_sign (self, 'x') &&
        !read_whole (self, MAX_DOSES, &schedule->phase_doses[i], remedy))
      return FALSE;
    schedule->n_phases++;
  } while (read_sign (self, ','));

  schedule->is_naive = TRUE;
  return TRUE;
}

static gboolean
read_range (Reader *self, guint *from, guint *to, const char *remedy)
{
  const char *start = self->at;

  if (!read_whole (self, MAX_DOSES, from, remedy))
    return FALSE;

  *to = *from;
  if (!read_sign (self, '-'))
    return TRUE;
  if (!read_whole (self, MAX_DOSES, to, remedy))
    return FALSE;

  return *to >= *from || refuse (self, start, remedy);
}

static gboolean
read_missed (Reader *self, QsDosing *schedule)
{
  static const char remedy[] = "write the numbers of the doses that are missed, rising, "
                               "from 1 to 366, such as miss=3 or miss=1,4-5";
  guint             last = 0;

  do {
    const guint i = schedule->n_missed;
    const char *from = self->at;

    if (i == MAX_PARTS)
      return refuse (self, from, remedy);
    if (!read_range (self, &schedule->missed_from[i], &schedule->missed_to[i], remedy))
      return FALSE;
    if (schedule->missed_from[i] <= last)
      return refuse (self, from, remedy);

    last = schedule->missed_to[i];
    schedule->n_missed++;
  } while (read_sign (self, ','));

  return TRUE;
}

static gboolean
read_judged (Reader *self, QsDosing *schedule)
{
  return read_range (self, &schedule->judged_from, &schedule->judged_to,
                     "write the intervals that are judged, counted from the first dose, "
                     "from 1 to 366, such as judge=21 or judge=15-21");
}

/* One of the words behind the interval, each of which may be there once. */
static gboolean
read_part (Reader *self, QsDosing *schedule)
{
  static const char once[] = "say this once";
  static const char weight[] =
      "mg, mg/kg and bands exclude each other: write one of them";
  static const char start[] = "load and titrate both say how it begins: write one of "
                              "them, such as titrate=2x1,0.5x7";
  const char       *from = self->at;

  if (read_word (self, "mg/kg") || read_word (self, "mg")) {
    if (schedule->per_kg || schedule->n_bands > 0)
      return refuse (self, from, weight);
    schedule->per_kg = from[2] == '/';
    return TRUE;
  }
  if (read_word (self, "naive")) {
    schedule->is_naive = TRUE;
    return TRUE;
  }
  if (read_word (self, "bands="))
    return schedule->per_kg || schedule->n_bands > 0 ? refuse (self, from, weight)
                                                     : read_bands (self, schedule);
  if (read_word (self, "load=") || read_word (self, "titrate="))
    return schedule->n_phases > 0 ? refuse (self, from, start)
                                  : read_phases (self, schedule);
  if (read_word (self, "miss="))
    return schedule->n_missed > 0 ? refuse (self, from, once)
                                  : read_missed (self, schedule);
  if (read_word (self, "judge="))
    return schedule->judged_from > 0 ? refuse (self, from, once)
                                     : read_judged (self, schedule);

  return refuse (self, from,
                 "what may follow is mg, mg/kg, bands=…, load=…, titrate=…, naive, "
                 "miss=… and judge=…, apart by spaces");
}

/* A schedule that continues a steady state and misses doses is judged from the first one
 * missed to the end of the interval in which doses are taken again. */
static gboolean
settle_judged (const Reader *self, QsDosing *schedule)
{
  if (schedule->is_naive && schedule->judged_from == 0)
    return refuse (self, self->at,
                   "a schedule that begins without drug has no steady state: add which "
                   "intervals are judged, counted from the first dose, such as judge=28 "
                   "or judge=15-28");

  if (!schedule->is_naive && schedule->n_missed == 0 && schedule->judged_from > 0)
    return refuse (self, self->at,
                   "at steady state all intervals are alike: leave judge out, or add "
                   "naive, load, titrate or miss");

  if (schedule->n_missed > 0 && schedule->judged_from == 0) {
    schedule->judged_from = schedule->missed_from[0];
    schedule->judged_to =
        MIN (MAX_DOSES, schedule->missed_to[schedule->n_missed - 1] + 1);
  }

  return TRUE;
}

static void
append (GString *text, double value, const char *format)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (text, format,
                          g_ascii_formatd (number, sizeof number, "%.10g", value));
}

static void
append_interval (GString *text, double interval_h)
{
  if (interval_h == 24.0)
    g_string_append (text, "qd");
  else if (interval_h == 168.0)
    g_string_append (text, "qw");
  else if (fmod (interval_h, 168.0) == 0.0)
    append (text, interval_h / 168.0, "q%sw");
  else if (fmod (interval_h, 24.0) == 0.0)
    append (text, interval_h / 24.0, "q%sd");
  else
    append (text, interval_h, "q%sh");
}

static void
append_range (GString *text, guint from, guint to)
{
  if (to > from)
    g_string_append_printf (text, "%u-%u", from, to);
  else
    g_string_append_printf (text, "%u", from);
}

static void
append_phases (GString *text, const QsDosing *self)
{
  const gboolean loads = self->n_phases == 1 && self->phase_factor[0] > 1.0;

  for (guint i = 0; i < self->n_phases; i++) {
    g_string_append (text, i > 0 ? "," : loads ? " load=" : " titrate=");
    append (text, self->phase_factor[i], "%s");
    if (!loads || self->phase_doses[i] > 1)
      g_string_append_printf (text, "x%u", self->phase_doses[i]);
  }
}

static char *
format (const QsDosing *self)
{
  GString *text = g_string_new (NULL);

  append_interval (text, self->interval_h);
  if (self->per_kg)
    g_string_append (text, " mg/kg");
  for (guint i = 0; i < self->n_bands; i++) {
    g_string_append (text, i > 0 ? "," : " bands=");
    if (isfinite (self->band_end_kg[i]))
      append (text, self->band_end_kg[i], "%s:");
    append (text, self->band_factor[i], "%s");
  }
  if (self->is_naive && self->n_phases == 0)
    g_string_append (text, " naive");
  append_phases (text, self);
  for (guint i = 0; i < self->n_missed; i++) {
    g_string_append (text, i > 0 ? "," : " miss=");
    append_range (text, self->missed_from[i], self->missed_to[i]);
  }
  if (self->judged_from > 0) {
    g_string_append (text, " judge=");
    append_range (text, self->judged_from, self->judged_to);
  }

  return g_string_free (text, FALSE);
}

/**
 * qs_dosing_parse:
 * @text: such as "qd", "qw mg/kg", "q2w load=2 judge=1-4", "qd bands=60:0.75,80:1,1.25",
 * "qd titrate=0.25x7,0.5x7 judge=28" or "qd miss=1-2"; see %QS_DOSING_GRAMMAR
 * @schedule: (out): the schedule
 * @error: return location for %QS_ERROR_SCENARIO with the place and what to write there
 */
gboolean
qs_dosing_parse (const char *text, QsDosing *schedule, GError **error)
{
  Reader           reader = { .text = text, .at = text, .error = error };
  g_autofree char *canonical = NULL;

  memset (schedule, 0, sizeof *schedule);
  while (read_sign (&reader, ' '))
    continue;
  if (!read_interval (&reader, schedule))
    return FALSE;

  while (*reader.at != '\0') {
    if (!read_sign (&reader, ' '))
      return refuse (&reader, reader.at, "put a space here, or leave this out");
    if (*reader.at != ' ' && *reader.at != '\0' && !read_part (&reader, schedule))
      return FALSE;
  }

  if (!settle_judged (&reader, schedule))
    return FALSE;

  canonical = format (schedule);
  if (g_strlcpy (schedule->text, canonical, sizeof schedule->text) >=
      sizeof schedule->text)
    return refuse (&reader, reader.at, "write it with less than 256 characters");

  return TRUE;
}

/**
 * qs_dosing_is_steady:
 *
 * Returns: whether a steady state is judged, in which all intervals are alike
 */
gboolean
qs_dosing_is_steady (const QsDosing *self)
{
  return self->judged_from == 0;
}

/**
 * qs_dosing_factor:
 * @dose: its number; the first one is 1, before are those of the steady state that the
 * schedule continues
 *
 * Returns: how many maintenance doses it is
 */
double
qs_dosing_factor (const QsDosing *self, gint dose)
{
  gint before = 0;

  if (dose < 1)
    return self->is_naive ? 0.0 : 1.0;

  for (guint i = 0; i < self->n_missed; i++)
    if (dose >= (gint) self->missed_from[i] && dose <= (gint) self->missed_to[i])
      return 0.0;

  for (guint i = 0; i < self->n_phases; i++) {
    before += (gint) self->phase_doses[i];
    if (dose <= before)
      return self->phase_factor[i];
  }

  return 1.0;
}

/**
 * qs_dosing_weight_factor:
 *
 * Returns: the mg that a person of @bw_kg takes for a dose of 1
 */
double
qs_dosing_weight_factor (const QsDosing *self, double bw_kg)
{
  guint band = 0;

  if (self->per_kg)
    return bw_kg;
  if (self->n_bands == 0)
    return 1.0;

  while (band + 1 < self->n_bands && bw_kg >= self->band_end_kg[band])
    band++;
  return self->band_factor[band];
}

/**
 * qs_dosing_highest_factor:
 *
 * Returns: how many maintenance doses are taken at once at most
 */
double
qs_dosing_highest_factor (const QsDosing *self)
{
  double highest = 1.0;

  for (guint i = 0; i < self->n_phases; i++)
    highest = MAX (highest, self->phase_factor[i]);

  return highest;
}

/**
 * qs_dosing_grid_step:
 *
 * Returns: the step of the doses that are looked at, in the schedule's unit: 0.5 mg up to
 * a day, 5 mg from a week on, between them 1 and 2 mg; a fiftieth of that per kg
 */
double
qs_dosing_grid_step (const QsDosing *self)
{
  const double days = self->interval_h / 24.0;
  const double step = days <= 1.0 ? 0.5 : days <= 3.0 ? 1.0 : days < 7.0 ? 2.0 : 5.0;

  return self->per_kg ? step / 50.0 : step;
}
