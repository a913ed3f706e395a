/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "registry/qs-registry.h"

#include <sqlite3.h>

struct _QsRegistry {
  sqlite3 *db;
  char    *path;
  char    *trail;
};

/* All set an error for what SQLite says is wrong. */
gboolean      qs_registry_fail (QsRegistry *self, GError **error);
gboolean      qs_registry_execute (QsRegistry *self, const char *sql, GError **error);
sqlite3_stmt *qs_registry_prepare (QsRegistry *self, const char *sql, GError **error);
/* Runs a statement that gives no row, and ends it. */
gboolean qs_registry_complete (QsRegistry *self, sqlite3_stmt *statement, GError **error);
/* All or nothing: @good tells whether what came after BEGIN worked. */
gboolean qs_registry_end_transaction (QsRegistry *self, gboolean good, GError **error);
