/* Words of other systems for our reasons and back, and the way down the decision tree: both are searches in small tables. */
#include "internal.h"

/* The table compiler makes sure that each system has exactly one label for each reason. */
const char *smtp5xx_crosswalk(uint32_t system, uint32_t reason) {
    reason = row_of_reason(reason) == UINT32_MAX ? (uint32_t)SMTP5XX_REASON_UNKNOWN : reason;
    for (uint32_t row = 0; row < crosswalk_rows; row++) {
        if (CELL(crosswalk, row, system) == system && s5x_has_id(LIST(crosswalk, row, reason_list), reason)) {
            return s5x_pool_text(CELL(crosswalk, row, label));
        }
    }
    return "";
}

static int same_label(const char *label, size_t length, const char *own) {
    for (size_t i = 0; i < length; i++) {
        if (own[i] == '\0' || s5x_lower(own[i]) != s5x_lower(label[i])) {
            return 0;
        }
    }
    return own[length] == '\0';
}

static uint32_t append_reasons(const uint16_t *list, uint16_t *reasons, uint32_t used, size_t count) {
    for (uint32_t i = 1; i <= list[0]; i++, used++) {
        if (used < count) {
            reasons[used] = list[i];
        }
    }
    return used;
}

uint32_t smtp5xx_crosswalk_find(uint32_t system, const char *label, size_t length, uint16_t *reasons, size_t count) {
    count = reasons == NULL ? 0 : count;
    for (uint32_t row = 0; label != NULL && length > 0 && row < crosswalk_rows; row++) {
        if (CELL(crosswalk, row, system) == system &&
            same_label(label, length, s5x_pool_text(CELL(crosswalk, row, label)))) {
            uint32_t used = append_reasons(LIST(crosswalk, row, reason_list), reasons, 0, count);
            return append_reasons(LIST(crosswalk, row, also_list), reasons, used, count);
        }
    }
    return 0;
}

uint32_t smtp5xx_node_next(uint32_t node, uint32_t child) {
    uint32_t row = child == 0 ? 0 : s5x_row_of(SMTP5XX_TABLE_NODES, child);
    if (child != 0 && (row == UINT32_MAX || CELL(nodes, row, parent) != node)) {
        return 0; /* It is not below this node. */
    }
    for (row += child != 0; row < nodes_rows; row++) {
        if (CELL(nodes, row, parent) == node) {
            return CELL(nodes, row, id);
        }
    }
    return 0;
}
