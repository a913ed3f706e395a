/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-essence.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *then;
  const char *now;
  const char *where; /* NULL: the same */
} Case;

static const Case cases[] = {
  /* Times and paths do not count. */
  { "a.json", "{\"p\": 0.5, \"elapsed_s\": 1}", "{\"elapsed_s\": 2, \"p\": 0.5}", NULL },
  { "a.json", "{\"tabulation_s\": 0.5}", "{\"tabulation_s\": 0.6}", NULL },
  { "a.json", "{\"a\": [{\"cpu_s\": 1, \"path\": \"x\"}]}",
    "{\"a\": [{\"cpu_s\": 3, \"path\": \"y\"}]}", NULL },
  { "a.csv", "dose,elapsed_s,p\n1,0.5,0.9\n2,0.5,0.8\n",
    "dose,elapsed_s,p\n1,0.7,0.9\n2,9,0.8\n", NULL },
  { "a.csv", "name,cpu_s\n\"a, b\",1\n", "name,cpu_s\n\"a, b\",2\n", NULL },
  { "-", "QAOA 0.000123 s\nfitted in 12.34 s", "QAOA 0.000456 s\nfitted in 1.30e-05 s",
    NULL },
  { "manifest.json",
    "{\"schema\": \"qusop-manifest/1\", \"files\": [1], \"created\": \"a\"}",
    "{\"schema\": \"qusop-manifest/1\", \"files\": [2], \"created\": \"b\"}", NULL },
  { "a.svg", "<svg/>", "<svg/>", NULL },
  /* Everything else does, to the last bit. */
  { "a.json", "{\"p\": 0.1}", "{\"p\": 0.10000000000000002}", "p: 0.1" },
  { "a.json", "{\"a\": [1, {\"b\": 2}]}", "{\"a\": [1, {\"b\": 3}]}",
    "a[1].b: 2 then, 3 now" },
  { "a.json", "{\"a\": 1}", "{\"a\": 1, \"b\": 2}", "then" },
  { "a.json", "{\"a\": 1, \"b\": 2}", "{\"a\": 1}", "b: 2 then, nothing now" },
  { "a.json", "{\"files\": [1]}", "{\"files\": [2]}", "files[0]" },
  { "a.json", "{\"a\": 1}", "{\"a\": 1", "byte 7" },
  { "a.csv", "dose,p\n1,0.9\n2,0.8\n", "dose,p\n1,0.9\n2,0.7\n",
    "line 3: 2,0.8 then, 2,0.7 now" },
  { "a.csv", "dose,p\n1,0.9\n", "dose,p\n1,0.9\n\n", "line 4: the end then,  now" },
  { "-", "p 0.298 shots", "p 0.299 shots", "line 1" },
  { "a.svg", "<svg/>", "<svg>", "byte 4" },
};

static void
test_only_times_and_paths_may_differ (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case      *one = &cases[i];
    const gsize      n_then = strlen (one->then), n_now = strlen (one->now);
    g_autofree char *then = qs_essence_sha256 (one->name, one->then, n_then);
    g_autofree char *now = qs_essence_sha256 (one->name, one->now, n_now);
    g_autofree char *where =
        qs_essence_difference (one->name, one->then, n_then, one->now, n_now);

    g_test_message ("%s: %s", one->now, where != NULL ? where : "the same");
    g_assert_cmpint (strcmp (then, now) == 0, ==, one->where == NULL);
    g_assert_cmpint (where == NULL, ==, one->where == NULL);
    if (where != NULL)
      g_assert_nonnull (strstr (where, one->where));
  }
}

static void
test_bytes_beyond_a_zero_count (void)
{
  static const char then[] = "dose\n1\0a", now[] = "dose\n1\0b";
  g_autofree char  *where =
      qs_essence_difference ("a.csv", then, sizeof then, now, sizeof now);

  g_assert_cmpstr (where, ==, "from byte 7: 9 bytes then, 9 bytes now");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/essence/only-times-and-paths-may-differ",
                   test_only_times_and_paths_may_differ);
  g_test_add_func ("/registry/essence/bytes-beyond-a-zero-count",
                   test_bytes_beyond_a_zero_count);
  return g_test_run ();
}
