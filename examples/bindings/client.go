// Go with cgo: go run client.go REPLIES [--bench]. SPDX-License-Identifier: MIT
package main

// #cgo LDFLAGS: -lsmtp5xx
// #include <smtp5xx.h>
import "C"

import (
	"bytes"
	"fmt"
	"os"
	"time"
	"unsafe"
)

func pointer(text []byte) *C.char {
	if len(text) == 0 {
		return nil
	}
	return (*C.char)(unsafe.Pointer(&text[0]))
}

func nanoseconds(count int, work func()) int64 {
	best := int64(1 << 62)
	for run := 0; run < 100; run++ {
		begin := time.Now()
		for round := 0; round < 5; round++ {
			work()
		}
		if spent := time.Since(begin).Nanoseconds(); spent < best {
			best = spent
		}
	}
	return best / 5 / int64(count)
}

func main() {
	file, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	replies := bytes.Split(bytes.TrimSuffix(file, []byte("\n")), []byte("\n"))
	data, offsets, count := []byte{}, []C.int32_t{0}, len(replies)
	for i, line := range replies {
		replies[i] = bytes.ReplaceAll(line, []byte(`\n`), []byte("\n"))
		data = append(data, replies[i]...)
		offsets = append(offsets, C.int32_t(len(data)))
	}
	verdicts, advices := make([]C.smtp5xx_verdict, count+1), make([]C.smtp5xx_advice, count+1)
	v, a := &verdicts[count], &advices[count]
	const verdictSize, adviceSize = C.sizeof_smtp5xx_verdict, C.sizeof_smtp5xx_advice
	single := func(text []byte) {
		C.smtp5xx_diagnose(pointer(text), C.size_t(len(text)), nil, nil, nil, 0, v, verdictSize, a, adviceSize)
	}
	batch := func() {
		C.smtp5xx_diagnose_batch(pointer(data), C.size_t(len(data)), &offsets[0], C.size_t(count), nil, nil, &verdicts[0],
			verdictSize, &advices[0], adviceSize)
	}
	if len(os.Args) > 2 {
		each := func() {
			for _, text := range replies {
				single(text)
			}
		}
		fmt.Printf("%d\t%d\n", nanoseconds(count, each), nanoseconds(count, batch))
		return
	}
	batch()
	for i, text := range replies {
		if single(text); *v != verdicts[i] || *a != advices[i] {
			panic("not the same: " + string(text))
		}
		fmt.Printf("%s\t%s\t%d\t%d\t%d.%d.%d\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\n",
			C.GoString(C.smtp5xx_reason_name(C.uint32_t(v.reason))), C.GoString(C.smtp5xx_action_name(C.uint32_t(a.action))), v.confidence,
			v.code, v.enhanced_class, v.enhanced_subject, v.enhanced_detail, C.GoString(C.smtp5xx_basis_name(C.uint32_t(v.basis))),
			C.GoString(C.smtp5xx_rule_name(v.rule)), C.GoString(C.smtp5xx_provider_name(C.uint32_t(v.provider))),
			C.GoString(C.smtp5xx_blocklist_name(C.uint32_t(v.blocklist))), v.retry_after, v.size_limit, v.words.offset, v.words.length)
	}
}
