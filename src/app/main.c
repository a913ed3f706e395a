/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/qusop-job.h"
#include "qusop-application.h"

#include <glib/gi18n.h>
#include <locale.h>

/* The folder of translations: where they were built, else where they are installed. */
static const char *
locale_folder (void)
{
  const char *folder = g_getenv ("QUSOP_LOCALEDIR");

  return folder != NULL ? folder : QUSOP_LOCALEDIR;
}

int
main (int argc, char **argv)
{
  g_autoptr (QusopApplication) application = NULL;
  int                          status;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_folder ());
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("QuSOP");

  application = qusop_application_new (G_APPLICATION_DEFAULT_FLAGS);
  status = g_application_run (G_APPLICATION (application), argc, argv);
  qusop_job_wait_for_all ();

  return status;
}
