/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_SLIDER_ROW (qusop_slider_row_get_type ())

/**
 * QusopSliderRow:
 *
 * A named number: label, typed value, slider, all on one adjustment. A double click on
 * the slider goes back to the default. Properties: title (with mnemonic), group (put
 * before the title for a reader who hears it alone), adjustment, digits, default-value.
 */
G_DECLARE_FINAL_TYPE (QusopSliderRow, qusop_slider_row, QUSOP, SLIDER_ROW, GtkWidget)

double   qusop_slider_row_get_value (QusopSliderRow *self);
void     qusop_slider_row_set_value (QusopSliderRow *self, double value);
void     qusop_slider_row_set_title (QusopSliderRow *self, const char *title);
void     qusop_slider_row_reset (QusopSliderRow *self);
gboolean qusop_slider_row_is_default (QusopSliderRow *self);
void     qusop_slider_row_configure (QusopSliderRow *self,
                                     const char     *title,
                                     double          lower,
                                     double          upper,
                                     double          step,
                                     double          value);

G_END_DECLS
