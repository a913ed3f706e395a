/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

typedef enum {
  QS_SEVERITY_INFO,
  QS_SEVERITY_WARNING,
  QS_SEVERITY_FATAL,
} QsSeverity;

/**
 * QsFinding:
 * @severity: fatal findings keep the data from being used
 * @row: line of the file, the header being line 1; 0 when the finding is about the whole
 * file
 * @id: (nullable): the subject as written
 * @column: (nullable): the column as written
 * @value: (nullable): what was found
 * @rule: static: what was expected, such as "EVID must be 0, 1, 2, 3 or 4"
 * @action: static: what the reader can do about it, or what was done
 * @n_more: further places that break the same rule, counted instead of listed
 *
 * One result of quality control. Owned by the dataset.
 */
typedef struct {
  QsSeverity  severity;
  guint       row;
  char       *id;
  char       *column;
  char       *value;
  const char *rule;
  const char *action;
  guint       n_more;
} QsFinding;

const char *qs_severity_name (QsSeverity severity);
char       *qs_finding_message (const QsFinding *self, const char *file);
