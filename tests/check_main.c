/*
 * Runs every suite. Check's own environment variables choose among them and set the verbosity (CK_RUN_SUITE,
 * CK_RUN_CASE, CK_VERBOSITY, CK_FORK, CK_TAP_LOG_FILE_NAME). The exit status is 0 only if tests ran and none failed.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "suites.h"

int main(void)
{
    SRunner *runner = srunner_create(parse_suite());
    int failed;
    int run;

    srunner_add_suite(runner, classify_suite());
    srunner_add_suite(runner, codes_suite());
    srunner_add_suite(runner, advise_suite());
    srunner_add_suite(runner, names_suite());
    srunner_add_suite(runner, abi_suite());
    srunner_add_suite(runner, words_suite());
    srunner_add_suite(runner, rules_suite());
    srunner_add_suite(runner, details_suite());
    srunner_add_suite(runner, caller_suite());
    srunner_add_suite(runner, unwrap_suite());
    srunner_add_suite(runner, dsn_suite());
    srunner_add_suite(runner, properties_suite());
    srunner_add_suite(runner, hostile_suite());
    srunner_add_suite(runner, edges_suite());
    srunner_add_suite(runner, redact_suite());
    srunner_add_suite(runner, crosswalk_suite());
    srunner_add_suite(runner, reasoning_suite());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    run = srunner_ntests_run(runner);
    srunner_free(runner);
    return failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
