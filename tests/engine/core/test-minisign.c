/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-minisign.h"

#include "core/qs-error.h"

#include <string.h>

/* What minisign 0.11 itself made: "minisign -G -W", then "minisign -S" of "hi\n". */
static const char secret_key[] =
    "untrusted comment: minisign encrypted secret key\n"
    "RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAZInS"
    "kI9c1dWVujsMcTuAN9/vyGiai/VIp52vXHKooFlNcKSdIC13sJmP4Zdv8hokAutl4Sutb/edRg70"
    "mTzIokctRcVRQa+4AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    "\n";
static const char public_key[] =
    "untrusted comment: minisign public key D5D55C8F90D28964\n"
    "RWRkidKQj1zV1ZmP4Zdv8hokAutl4Sutb/edRg70mTzIokctRcVRQa+4\n";
static const char other_key[] =
    "RWSruiLXkm/1+iWh6Vy/RZWmI+msZ1ExJdg7UO9sp6pnFLVN8o/lqgT9";
static const char message[] = "hi\n";
static const char signature[] =
    "untrusted comment: signature from minisign secret key\n"
    "RURkidKQj1zV1XCWtKmI6lEoRrwm5fHaMlk89JSbE7Nr4xtfH32b3svxXG/iX16rQzy9s/aqM2"
    "qPSLHvfm08zi74ZmIXWtI7vQg=\n"
    "trusted comment: timestamp:1795771944\tfile:x\thashed\n"
    "gddyHhLe1N3NLuxmlE+6AXdvcYQ70ALPqEG29m6EPSdgbEL2tmWziGRurcvGl7cr00/DZHia7w"
    "S1xq1ib/0+DA==\n";

static gboolean
verifies (const char *key, const char *bytes, const char *sig, gsize n, GError **error)
{
  return qs_minisign_verify (key, bytes, strlen (bytes), sig, n, error);
}

static QsSecretKey *
parse (const char *text, GError **error)
{
  gboolean     is_locked;
  QsSecretKey *key = qs_secret_key_parse (text, strlen (text), NULL, &is_locked, error);

  g_assert_false (is_locked);
  return key;
}

static void
test_a_signature_of_minisign_is_accepted (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (verifies (public_key, message, signature, strlen (signature), &error));
  g_assert_no_error (error);
  /* The key alone will do. */
  g_assert_true (verifies (strchr (public_key, '\n') + 1, message, signature,
                           strlen (signature), &error));
}

/* Signatures have no randomness in them, so it is the same to the last bit. */
static void
test_signs_as_minisign_does (void)
{
  g_autoptr (QsSecretKey) key = parse (secret_key, NULL);
  g_autofree char        *comment = NULL, *made = NULL;
  const char             *line = strstr (signature, "\ntrusted comment: ") + 1;

  g_assert_nonnull (key);
  line += strlen ("trusted comment: ");
  comment = g_strndup (line, strcspn (line, "\n"));
  made = qs_minisign_sign (key, message, strlen (message), comment);
  g_assert_cmpstr (strchr (made, '\n'), ==, strchr (signature, '\n'));
}

static void
test_every_changed_byte_is_seen (void)
{
  const gsize n = strlen (signature);

  for (gsize i = 0; i < n; i++) {
    /* What follows these words in the first line is anybody's to say. */
    const gboolean is_free =
        i >= strlen ("untrusted comment: ") && i < strcspn (signature, "\n");

    for (guint bit = 0; bit < 8; bit++) {
      g_autofree char *changed = g_strdup (signature);

      changed[i] ^= (char) (1u << bit);
      g_test_message ("byte %" G_GSIZE_FORMAT ", bit %u", i, bit);
      g_assert_cmpint (verifies (public_key, message, changed, n, NULL), ==,
                       is_free && changed[i] != '\n' && changed[i] != '\0');
    }
  }
  g_assert_false (verifies (public_key, "ho\n", signature, n, NULL));
  g_assert_false (verifies (public_key, message, signature, n - 2, NULL));
}

static void
test_another_key_is_told_from_a_wrong_signature (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (verifies (other_key, message, signature, strlen (signature), &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "another key"));
}

static void
test_what_is_no_key_is_refused (void)
{
  static const char *const texts[] = { "", "\n\n\n", public_key, signature,
                                       "untrusted comment: x\nRWQ=\n" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (parse (texts[i], &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_REFUSED);
  }
  g_assert_false (verifies (secret_key, message, signature, strlen (signature), NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/minisign/a-signature-of-minisign-is-accepted",
                   test_a_signature_of_minisign_is_accepted);
  g_test_add_func ("/core/minisign/signs-as-minisign-does", test_signs_as_minisign_does);
  g_test_add_func ("/core/minisign/every-changed-byte-is-seen",
                   test_every_changed_byte_is_seen);
  g_test_add_func ("/core/minisign/another-key-is-told-from-a-wrong-signature",
                   test_another_key_is_told_from_a_wrong_signature);
  g_test_add_func ("/core/minisign/what-is-no-key-is-refused",
                   test_what_is_no_key_is_refused);
  return g_test_run ();
}
