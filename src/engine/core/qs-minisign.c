/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-minisign.h"

#include "core/qs-error.h"

#include <sodium.h>
#include <string.h>

/* The files of minisign (https://jedisct1.github.io/minisign/, "File formats"). */

#define N_ID 8
#define N_LINES 4

typedef struct {
  guint8 algorithm[2]; /* "Ed" of the bytes themselves, "ED" of their BLAKE2b-512 */
  guint8 id[N_ID];
  guint8 signature[crypto_sign_BYTES];
} Signature;

typedef struct {
  guint8 algorithm[2];
  guint8 id[N_ID];
  guint8 key[crypto_sign_PUBLICKEYBYTES];
} PublicKey;

typedef struct {
  guint8 id[N_ID];
  guint8 key[crypto_sign_SECRETKEYBYTES];
  guint8 check[crypto_generichash_BYTES];
} Secret;

typedef struct {
  guint8 algorithm[2];
  guint8 derivation[2]; /* "Sc", or 0 without a password */
  guint8 check[2];
  guint8 salt[crypto_pwhash_scryptsalsa208sha256_SALTBYTES];
  guint8 operations[8]; /* little-endian */
  guint8 memory[8];
  Secret secret; /* under a password, exclusive or with what is derived from it */
} SecretKeyFile;

struct _QsSecretKey {
  Secret secret;
};

/* What deriving a key may cost: twice what minisign asks for. */
#define MAX_OPERATIONS \
  (2 * (guint64) crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE)
#define MAX_MEMORY (2 * (guint64) crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE)

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error_literal (error, QS_ERROR, QS_ERROR_REFUSED, what);
  return FALSE;
}

static gboolean
ready (GError **error)
{
  return sodium_init () >= 0 ||
         refuse (error, "The library for signatures does not start on this machine");
}

static char *
encode (gconstpointer bytes, gsize n_bytes)
{
  const gsize n = sodium_base64_ENCODED_LEN (n_bytes, sodium_base64_VARIANT_ORIGINAL);
  char       *text = g_malloc (n);

  return sodium_bin2base64 (text, n, bytes, n_bytes, sodium_base64_VARIANT_ORIGINAL);
}

/* One sequence of bytes has one text, so that no changed letter goes unseen: libsodium
 * takes some bytes beyond ASCII for letters. */
static gboolean
decode (const char *text, gpointer bytes, gsize n_bytes)
{
  gsize            n;
  const char      *end;
  g_autofree char *again = NULL;

  if (sodium_base642bin (bytes, n_bytes, text, strlen (text), NULL, &n, &end,
                         sodium_base64_VARIANT_ORIGINAL) != 0 ||
      n != n_bytes)
    return FALSE;

  again = encode (bytes, n_bytes);
  return strcmp (again, text) == 0;
}

/* The @n lines of a file that has so many and no more text than such files have; %NULL
 * for anything else. */
static char **
split (const char *text, gsize n_bytes, guint n)
{
  g_autofree char *copy = NULL;
  g_auto (GStrv)   lines = NULL;

  if (n_bytes > 8192 || memchr (text, '\0', n_bytes) != NULL)
    return NULL;
  copy = g_strndup (text, n_bytes);
  if (g_str_has_suffix (copy, "\n"))
    copy[n_bytes - 1] = '\0';
  lines = g_strsplit (copy, "\n", -1);

  return g_strv_length (lines) == n ? g_steal_pointer (&lines) : NULL;
}

static void
checksum (const Secret *secret, guint8 check[crypto_generichash_BYTES])
{
  crypto_generichash_state state;

  crypto_generichash_init (&state, NULL, 0, crypto_generichash_BYTES);
  crypto_generichash_update (&state, (const guint8 *) "Ed", 2);
  crypto_generichash_update (&state, secret->id, sizeof secret->id);
  crypto_generichash_update (&state, secret->key, sizeof secret->key);
  crypto_generichash_final (&state, check, crypto_generichash_BYTES);
}

static guint64
little_endian (const guint8 bytes[8])
{
  guint64 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT64_FROM_LE (value);
}

/* Undoes the password. */
static gboolean
unlock (SecretKeyFile *file, const char *password, GError **error)
{
  const guint64 operations = little_endian (file->operations);
  const guint64 memory = little_endian (file->memory);
  guint8        check[crypto_generichash_BYTES], *stream;
  gboolean      good;

  if (operations > MAX_OPERATIONS || memory > MAX_MEMORY)
    return refuse (error, "The secret key asks for too much time or memory");

  stream = g_malloc (sizeof file->secret);
  good = crypto_pwhash_scryptsalsa208sha256 (stream, sizeof file->secret, password,
                                             strlen (password), file->salt, operations,
                                             (gsize) memory) == 0;
  for (gsize i = 0; i < sizeof file->secret && good; i++)
    ((guint8 *) &file->secret)[i] ^= stream[i];
  sodium_memzero (stream, sizeof file->secret);
  g_free (stream);
  if (!good)
    return refuse (error, "There is too little memory to undo the secret key's password");

  checksum (&file->secret, check);
  return sodium_memcmp (check, file->secret.check, sizeof check) == 0 ||
         refuse (error, "The password of the secret key is another one");
}

/**
 * qs_secret_key_parse:
 * @text: a file that "minisign -G" wrote
 * @password: (nullable): of the key, if it has one
 * @is_locked: (out): whether it has one
 * @error: return location for %QS_ERROR_REFUSED
 */
QsSecretKey *
qs_secret_key_parse (const char *text,
                     gsize       n_bytes,
                     const char *password,
                     gboolean   *is_locked,
                     GError    **error)
{
  g_auto (GStrv) lines = split (text, n_bytes, 2);
  SecretKeyFile  file;
  QsSecretKey   *self = NULL;

  *is_locked = FALSE;
  if (!ready (error))
    return NULL;
  if (lines == NULL || !decode (lines[1], &file, sizeof file) ||
      memcmp (file.algorithm, "Ed", 2) != 0 || memcmp (file.check, "B2", 2) != 0) {
    refuse (error, "It is no secret key; \"minisign -G\" makes one");
    return NULL;
  }

  *is_locked = memcmp (file.derivation, "Sc", 2) == 0;
  if (*is_locked && password == NULL)
    refuse (error, "The secret key has a password");
  else if (!*is_locked && memcmp (file.derivation, "\0\0", 2) != 0)
    refuse (error, "The secret key is kept in an unknown way");
  else if (!*is_locked || unlock (&file, password, error)) {
    self = g_new (QsSecretKey, 1);
    self->secret = file.secret;
  }

  sodium_memzero (&file, sizeof file);
  return self;
}

void
qs_secret_key_free (QsSecretKey *self)
{
  if (self == NULL)
    return;

  sodium_memzero (self, sizeof *self);
  g_free (self);
}

/* What a signature's second line is a signature of. */
static guint8 *
join_comment (const Signature *signature, const char *comment, gsize *n)
{
  const gsize n_comment = strlen (comment);
  guint8     *bytes = g_malloc (sizeof signature->signature + n_comment);

  memcpy (bytes, signature->signature, sizeof signature->signature);
  memcpy (bytes + sizeof signature->signature, comment, n_comment);
  *n = sizeof signature->signature + n_comment;
  return bytes;
}

/**
 * qs_minisign_sign:
 * @comment: one line that is signed, too
 *
 * Returns: (transfer full): a file that "minisign -V" accepts
 */
char *
qs_minisign_sign (const QsSecretKey *key,
                  const char        *bytes,
                  gsize              n_bytes,
                  const char        *comment)
{
  Signature          signature = { .algorithm = { 'E', 'D' } };
  guint8             digest[crypto_generichash_BYTES_MAX];
  guint8             over_all[crypto_sign_BYTES];
  gsize              n;
  g_autofree guint8 *joined = NULL;
  g_autofree char   *first = NULL, *second = NULL;

  memcpy (signature.id, key->secret.id, sizeof signature.id);
  crypto_generichash (digest, sizeof digest, (const guint8 *) bytes, n_bytes, NULL, 0);
  crypto_sign_detached (signature.signature, NULL, digest, sizeof digest,
                        key->secret.key);
  joined = join_comment (&signature, comment, &n);
  crypto_sign_detached (over_all, NULL, joined, n, key->secret.key);

  first = encode (&signature, sizeof signature);
  second = encode (over_all, sizeof over_all);
  return g_strdup_printf ("untrusted comment: signature of a QuSOP export\n"
                          "%s\ntrusted comment: %s\n%s\n",
                          first, comment, second);
}

/* A file, or its second line alone. */
static gboolean
parse_public_key (const char *text, PublicKey *key)
{
  g_auto (GStrv) lines = split (text, strlen (text), 2);
  g_auto (GStrv) line = split (text, strlen (text), 1);
  const char    *word = lines != NULL ? lines[1] : line != NULL ? line[0] : "";

  return decode (word, key, sizeof *key) && memcmp (key->algorithm, "Ed", 2) == 0;
}

static gboolean
is_signature_of (const Signature *signature,
                 const PublicKey *key,
                 const char      *bytes,
                 gsize            n_bytes)
{
  guint8 digest[crypto_generichash_BYTES_MAX];

  if (memcmp (signature->algorithm, "Ed", 2) == 0)
    return crypto_sign_verify_detached (signature->signature, (const guint8 *) bytes,
                                        n_bytes, key->key) == 0;

  crypto_generichash (digest, sizeof digest, (const guint8 *) bytes, n_bytes, NULL, 0);
  return memcmp (signature->algorithm, "ED", 2) == 0 &&
         crypto_sign_verify_detached (signature->signature, digest, sizeof digest,
                                      key->key) == 0;
}

/**
 * qs_minisign_verify:
 * @public_key: a file that "minisign -G" wrote, or the line in it that is the key
 * @bytes: what was signed
 * @signature: the file beside it
 * @error: return location for %QS_ERROR_REFUSED
 *
 * Everything but the untrusted comment is checked.
 */
gboolean
qs_minisign_verify (const char *public_key,
                    const char *bytes,
                    gsize       n_bytes,
                    const char *signature,
                    gsize       n_signature,
                    GError    **error)
{
  static const char  untrusted[] = "untrusted comment: ", trusted[] = "trusted comment: ";
  g_auto (GStrv)     lines = split (signature, n_signature, N_LINES);
  PublicKey          key;
  Signature          first;
  guint8             second[crypto_sign_BYTES];
  gsize              n;
  g_autofree guint8 *joined = NULL;

  if (!ready (error))
    return FALSE;
  if (!parse_public_key (public_key, &key))
    return refuse (error, "The public key is none of minisign's");
  if (lines == NULL || !g_str_has_prefix (lines[0], untrusted) ||
      !decode (lines[1], &first, sizeof first) || !g_str_has_prefix (lines[2], trusted) ||
      !decode (lines[3], second, sizeof second))
    return refuse (error, "The signature is not complete");
  if (memcmp (first.id, key.id, sizeof key.id) != 0)
    return refuse (error, "The signature is of another key");
  if (!is_signature_of (&first, &key, bytes, n_bytes))
    return refuse (error, "The signature is not one of these bytes");

  joined = join_comment (&first, lines[2] + strlen (trusted), &n);
  return crypto_sign_verify_detached (second, joined, n, key.key) == 0 ||
         refuse (error, "The signature's trusted comment was changed");
}
