/* All the steps in one call, for one reply or for many. */
#include "internal.h"

static int check_output(void *out, size_t size, size_t least) {
    if (out != NULL) {
        memset(out, 0, size);
    }
    return out == NULL || size >= least;
}

int smtp5xx_diagnose(const char *text, size_t length, const smtp5xx_context *context, const smtp5xx_policy *policy,
                     smtp5xx_reply *reply, size_t reply_size, smtp5xx_verdict *verdict, size_t verdict_size,
                     smtp5xx_advice *advice, size_t advice_size) {
    smtp5xx_reply own_reply;
    smtp5xx_verdict own_verdict;
    int fits = check_output(reply, reply_size, REPLY_SIZE_0_1);
    fits &= check_output(verdict, verdict_size, VERDICT_SIZE_0_1);
    fits &= check_output(advice, advice_size, ADVICE_SIZE_0_1);
    if (text == NULL && length > 0) {
        return SMTP5XX_EINVAL;
    }
    if (!fits) {
        return SMTP5XX_ESIZE;
    }
    smtp5xx_parse(text, length, context, &own_reply, sizeof own_reply);
    int error = smtp5xx_classify(text, length, &own_reply, context, &own_verdict, sizeof own_verdict);
    if (error != SMTP5XX_OK) {
        return error; /* A rule of the caller's is no good. */
    }
    if (reply != NULL) {
        s5x_give(reply, reply_size, &own_reply, sizeof own_reply);
    }
    if (verdict != NULL) {
        s5x_give(verdict, verdict_size, &own_verdict, sizeof own_verdict);
    }
    return advice == NULL ? SMTP5XX_OK : smtp5xx_advise(&own_verdict, policy, advice, advice_size);
}

static int offsets_ascend(const int32_t *offsets, size_t count, size_t length) {
    if (offsets == NULL || offsets[0] < 0 || (size_t)offsets[count] > length) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (offsets[i] > offsets[i + 1]) {
            return 0;
        }
    }
    return 1;
}

/* Element i of an array whose elements have the caller's size; NULL if there is no array. */
static void *element(void *array, size_t index, size_t size) {
    return array == NULL ? NULL : (char *)array + index * size;
}

int smtp5xx_diagnose_batch(const char *data, size_t data_length, const int32_t *offsets, size_t count,
                           const smtp5xx_context *context, const smtp5xx_policy *policy, smtp5xx_verdict *verdicts,
                           size_t verdict_size, smtp5xx_advice *advices, size_t advice_size) {
    if ((verdict_size > 0 && count > SIZE_MAX / verdict_size) || (advice_size > 0 && count > SIZE_MAX / advice_size)) {
        return SMTP5XX_EINVAL;
    }
    int fits = check_output(verdicts, verdict_size * count, verdict_size * count) &&
               check_output(advices, advice_size * count, advice_size * count);
    fits &= (verdicts == NULL || verdict_size >= VERDICT_SIZE_0_1) && (advices == NULL || advice_size >= ADVICE_SIZE_0_1);
    if ((data == NULL && data_length > 0) || !offsets_ascend(offsets, count, data_length)) {
        return SMTP5XX_EINVAL;
    }
    if (!fits) {
        return SMTP5XX_ESIZE;
    }
    for (size_t i = 0; i < count; i++) {
        const char *text = data == NULL ? NULL : data + offsets[i];
        int error = smtp5xx_diagnose(text, (size_t)(offsets[i + 1] - offsets[i]), context, policy, NULL, 0,
                                     element(verdicts, i, verdict_size), verdict_size, element(advices, i, advice_size),
                                     advice_size);
        if (error != SMTP5XX_OK) {
            check_output(verdicts, verdict_size * count, 0);
            check_output(advices, advice_size * count, 0);
            return error;
        }
    }
    return SMTP5XX_OK;
}
