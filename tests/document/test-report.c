/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-predictor.h"
#include "qusop-report-content.h"
#include "qusop-report-exposure.h"
#include "qusop-report-model.h"
#include "qusop-report.h"
#include "samples.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static QusopReport *
make_content (void)
{
  const QsStudyFacts   facts = sample_facts ();
  g_autoptr (QsResult) result = sample_result ();
  QusopReport         *report = qusop_report_new ("A <title> & more", "Sub");

  qusop_report_add_text (report, QUSOP_BLOCK_HEADING, "First");
  qusop_report_add_text (report, QUSOP_BLOCK_NOTICE, "Beware of \"<script>\" & 90 %.");
  qusop_report_add_table (report, "Table", 1,
                          (const char *const[]){ "Name", "Value", NULL });
  for (guint i = 0; i < 120; i++)
    qusop_report_add_pair (report, "a\x01\xff<b>", "1");
  qusop_report_add_figure (
      report, "Lead.",
      qusop_figure_dose_success (result, &facts, NULL, QUSOP_BAND_PARAMETER));
  return report;
}

static char *
text_of (GBytes *bytes)
{
  gsize       size;
  const char *data = g_bytes_get_data (bytes, &size);

  return g_strndup (data, size);
}

static guint
count (const char *text, const char *what)
{
  guint n = 0;

  while ((text = strstr (text, what)) != NULL) {
    text += strlen (what);
    n++;
  }

  return n;
}

/* Pixels of a page that are not white. */
static guint
count_ink (cairo_surface_t *page)
{
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 298, 421);
  cairo_t         *cr = cairo_create (image);
  const guchar    *data;
  guint            n = 0;

  cairo_scale (cr, 0.5, 0.5);
  cairo_set_source_rgb (cr, 1.0, 1.0, 1.0);
  cairo_paint (cr);
  cairo_set_source_surface (cr, page, 0.0, 0.0);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_flush (image);
  data = cairo_image_surface_get_data (image);
  for (int y = 0; y < 421; y++)
    for (int x = 0; x < 298; x++)
      n += data[y * cairo_image_surface_get_stride (image) + 4 * x] < 250;
  cairo_surface_destroy (image);
  return n;
}

static void
test_html_escapes_all_text (void)
{
  g_autoptr (QusopReport) report = make_content ();
  g_autoptr (GBytes)      bytes = qusop_report_to_html (report);
  g_autofree char        *html = text_of (bytes);

  g_assert_true (g_utf8_validate (html, -1, NULL));
  g_assert_nonnull (strstr (html, "<title>A &lt;title&gt; &amp; more</title>"));
  g_assert_nonnull (strstr (html, "Beware of &quot;&lt;script&gt;&quot; &amp; 90"));
  g_assert_null (strstr (html, "<script"));
  /* The control character and the broken byte became U+FFFD. */
  g_assert_nonnull (strstr (html, "a\xef\xbf\xbd\xef\xbf\xbd&lt;b&gt;"));
}

static void
test_html_needs_no_other_file (void)
{
  g_autoptr (QusopReport) report = make_content ();
  g_autoptr (GBytes)      bytes = qusop_report_to_html (report);
  g_autofree char        *html = text_of (bytes);

  g_assert_true (g_str_has_prefix (html, "<!DOCTYPE html>"));
  g_assert_cmpuint (count (html, "<svg "), ==, 2);
  g_assert_null (strstr (html, "<link"));
  g_assert_null (strstr (html, "src="));
  g_assert_cmpuint (count (html, "href=\""), ==, count (html, "href=\"#"));
  g_assert_null (strstr (html, "<?xml"));
}

static void
test_html_elements_are_closed (void)
{
  static const char *const names[] = { "table", "thead",  "tbody", "tr", "th",
                                       "td",    "figure", "div",   "p",  "h1",
                                       "h2",    "svg",    "main" };
  g_autoptr (QusopReport)  report = make_content ();
  g_autoptr (GBytes)       bytes = qusop_report_to_html (report);
  g_autofree char         *html = text_of (bytes);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *plain = g_strdup_printf ("<%s>", names[i]);
    g_autofree char *with = g_strdup_printf ("<%s ", names[i]);
    g_autofree char *closed = g_strdup_printf ("</%s>", names[i]);

    g_assert_cmpuint (count (html, plain) + count (html, with), >, 0);
    g_assert_cmpuint (count (html, plain) + count (html, with), ==, count (html, closed));
  }
}

static void
test_a_draft_says_so_on_every_page (void)
{
  g_autoptr (QusopReport) report = make_content ();
  g_autoptr (GBytes)      final = qusop_report_to_html (report);
  g_autoptr (GPtrArray)   plain = qusop_report_to_pages (report);
  g_autoptr (GPtrArray)   pages = NULL;
  g_autoptr (GBytes)      draft = NULL;
  g_autofree char        *html = NULL, *html_final = text_of (final);

  report->is_draft = TRUE;
  draft = qusop_report_to_html (report);
  html = text_of (draft);
  g_assert_nonnull (strstr (html, "<body class=\"draft\">"));
  g_assert_null (strstr (html_final, "<body class"));

  pages = qusop_report_to_pages (report);
  g_assert_cmpuint (pages->len, >, 2);
  g_assert_cmpuint (pages->len, ==, plain->len);
  for (guint i = 0; i < pages->len; i++)
    g_assert_cmpuint (count_ink (pages->pdata[i]), >, count_ink (plain->pdata[i]) + 2000);
}

static void
test_same_content_same_bytes (void)
{
  g_autoptr (QusopReport) first = make_content ();
  g_autoptr (QusopReport) second = make_content ();
  g_autoptr (GError)      error = NULL;
  g_autoptr (GBytes)      html_1 = qusop_report_to_html (first);
  g_autoptr (GBytes)      pdf_1 = qusop_report_to_pdf (first, &error);
  g_autoptr (GBytes)      html_2 = qusop_report_to_html (second);
  g_autoptr (GBytes)      pdf_2 = qusop_report_to_pdf (second, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (html_1, html_2));
  g_assert_true (g_bytes_equal (pdf_1, pdf_2));
}

/* Writes @bytes to a file and returns what @program prints about it; NULL without it. */
static char *
ask (const char *program, GBytes *bytes)
{
  g_autofree char   *found = g_find_program_in_path (program);
  g_autofree char   *path = NULL;
  g_autoptr (GError) error = NULL;
  char              *output = NULL;
  int                file, status;

  if (found == NULL)
    return NULL;

  file = g_file_open_tmp ("qusop-report-XXXXXX.pdf", &path, &error);
  g_assert_no_error (error);
  g_close (file, NULL);
  g_file_set_contents (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                       &error);
  g_assert_no_error (error);
  g_spawn_sync (NULL, (char *[]){ found, path, (char *) "-", NULL }, NULL, 0, NULL, NULL,
                &output, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
  g_remove (path);
  return output;
}

static void
test_pdf_has_numbered_pages_and_repeats_headers (void)
{
  g_autoptr (QusopReport) report = make_content ();
  g_autoptr (GError)      error = NULL;
  g_autoptr (GBytes)      pdf = qusop_report_to_pdf (report, &error);
  g_autofree char        *text = NULL;

  g_assert_no_error (error);
  text = ask ("pdftotext", pdf);
  if (text == NULL) {
    g_test_skip ("pdftotext is not installed");
    return;
  }
  g_assert_nonnull (strstr (text, "A <title> & more"));
  g_assert_nonnull (strstr (text, "Page 1 of 3"));
  g_assert_nonnull (strstr (text, "Page 3 of 3"));
  g_assert_cmpuint (count (text, "not for treating patients"), ==, 3);
  g_assert_cmpuint (count (text, "Name"), >=, 3);
}

static void
test_long_words_stay_on_the_page (void)
{
  g_autoptr (QusopReport) report = qusop_report_new ("T", "S");
  g_autofree char        *word = g_strnfill (5000, 'x');
  g_autoptr (GError)      error = NULL;
  g_autoptr (GBytes)      pdf = NULL;
  g_autofree char        *text = NULL;

  qusop_report_add_text (report, QUSOP_BLOCK_PARAGRAPH, word);
  qusop_report_add_table (report, "Table", 2,
                          (const char *const[]){ "Name", "Value", NULL });
  qusop_report_add_pair (report, word, word);
  pdf = qusop_report_to_pdf (report, &error);
  g_assert_no_error (error);
  text = ask ("pdftotext", pdf);
  if (text == NULL) {
    g_test_skip ("pdftotext is not installed");
    return;
  }
  g_assert_null (strstr (text, word));
}

/* Exposure has a section where the model knows concentrations, and none where not. */
static void
test_exposure_is_told_where_it_is_known (void)
{
  g_autoptr (QusopReport) without = qusop_report_new ("T", "S");
  g_autoptr (QusopReport) with = qusop_report_new ("T", "S");
  g_autoptr (QsDataset)   study = sample_study ();
  g_autoptr (GPtrArray)   results =
      g_ptr_array_new_with_free_func ((GDestroyNotify) qs_result_unref);
  QsResult          *result = sample_result ();
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char   *html = NULL;

  g_ptr_array_add (results, result);
  qusop_report_add_exposure (without, study, results);
  g_assert_cmpuint (without->blocks->len, ==, 0);

  result->exposure.dose_mg = 6.0;
  result->exposure.factor_cmax = 1.25;
  result->exposure.figures[QS_EXPOSURE_CMAX] = (QsSpread){ 3.97, 6.49, 10.62 };
  result->exposure.figures[QS_EXPOSURE_STEADY] = (QsSpread){ 336.0, 528.0, 816.0 };
  qusop_report_add_exposure (with, study, results);
  bytes = qusop_report_to_html (with);
  html = text_of (bytes);
  g_assert_nonnull (strstr (html, "6.49 (3.97–10.6)"));
  g_assert_nonnull (strstr (html, ">1.25<"));
  g_assert_nonnull (strstr (html, "To steady state, days"));
  g_assert_nonnull (strstr (html, ">22 (14–34)<"));
}

/* Parameters have a table of their own and are not told twice; a search tells all it saw.
 */
static void
test_a_model_is_told_with_its_candidates (void)
{
  const QsCandidate candidates[] = {
    { "one compartment", 10, 900.4, 0.7, 920.4, 951.0, "fitted", FALSE, 0 },
    { "two compartments", 12, 800.1, 0.5, 824.1, 860.2, "fitted", TRUE, 167 },
    { "two compartments, COMED on R0", 13, 799.0, NAN, 825.0, 864.3, "score test", FALSE,
      0 },
  };
  g_autoptr (QsModel)     model = qs_model_new (QS_MODEL_PKPD);
  g_autoptr (QusopReport) report = qusop_report_new ("T", "S");
  const QsPkpdStructure   structure = qs_pkpd_structure_default ();
  const QsPkpdPopulation  population = { .sigma_prop = { 0.1, 0.1 } };
  g_autoptr (GBytes)      bytes = NULL;
  g_autofree char        *html = NULL;

  model->estimate = qs_pkpd_predictor_new (&structure, &population);
  model->explanation = g_strdup ("Chosen among three.");
  model->convergence = g_strdup ("Converged: two starts agree.");
  g_array_append_vals (model->candidates, candidates, G_N_ELEMENTS (candidates));
  qs_model_add_metric (model, "-2LL", 800.1, "");
  qs_model_add_metric (model, "CL", 0.0438, "L/h");
  qs_model_add_metric (model, "CL SE", 0.0021, "L/h");
  qs_model_add_metric (model, "CL RSE", 4.8, "%");

  qusop_report_add_model (report, model);
  bytes = qusop_report_to_html (report);
  html = text_of (bytes);
  g_assert_nonnull (strstr (html, "Chosen among three."));
  g_assert_nonnull (strstr (html, "Converged: two starts agree."));
  g_assert_cmpuint (count (html, ">0.0438<"), ==, 1);
  g_assert_null (strstr (html, "CL SE"));
  g_assert_nonnull (strstr (html, "one compartment"));
  g_assert_cmpuint (count (html, ">chosen<"), ==, 1);
  g_assert_cmpuint (count (html, ">score test<"), ==, 1);
  g_assert_nonnull (strstr (html, ">864.3<"));
  g_assert_cmpuint (count (html, ">167<"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/document/report/html-escapes-all-text", test_html_escapes_all_text);
  g_test_add_func ("/document/report/html-needs-no-other-file",
                   test_html_needs_no_other_file);
  g_test_add_func ("/document/report/html-elements-are-closed",
                   test_html_elements_are_closed);
  g_test_add_func ("/document/report/a-draft-says-so-on-every-page",
                   test_a_draft_says_so_on_every_page);
  g_test_add_func ("/document/report/same-content-same-bytes",
                   test_same_content_same_bytes);
  g_test_add_func ("/document/report/pdf-has-numbered-pages-and-repeats-headers",
                   test_pdf_has_numbered_pages_and_repeats_headers);
  g_test_add_func ("/document/report/long-words-stay-on-the-page",
                   test_long_words_stay_on_the_page);
  g_test_add_func ("/document/report/exposure-is-told-where-it-is-known",
                   test_exposure_is_told_where_it_is_known);
  g_test_add_func ("/document/report/a-model-is-told-with-its-candidates",
                   test_a_model_is_told_with_its_candidates);
  return g_test_run ();
}
