# Writes C that prints every number in the header's results, in the order of the header: awk -f fields.awk smtp5xx.h
# So a field that comes later is printed as well. SPDX-License-Identifier: MIT
BEGIN { print "/* Made by fields.awk from smtp5xx.h. */" }
/^typedef struct smtp5xx_(reply|verdict|advice|hit) \{/ {
    name = $3
    sub(/^smtp5xx_/, "", name)
    printf "static void print_%s(const smtp5xx_%s *from) {\n", name, name
}
/^}/ && name != "" { print "}"; name = "" }
name == "" { next }
/^    smtp5xx_span [a-z_0-9]+;/ { sub(/;.*/, "", $2); printf "    print_number(from->%s.offset);\n    print_number(from->%s.length);\n", $2, $2 }
/^    uint(8|16|32)_t [a-z_0-9]+\[[0-9]+\];/ {
    field = $2
    sub(/\[.*/, "", field)
    printf "    for (size_t i = 0; i < sizeof from->%s / sizeof from->%s[0]; i++) print_number(from->%s[i]);\n", field, field, field
}
/^    uint(8|16|32)_t [a-z_0-9]+;/ { sub(/;.*/, "", $2); printf "    print_number(from->%s);\n", $2 }
