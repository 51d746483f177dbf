package whatcounts

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

func BenchmarkEncode(b *testing.B) {
	for _, rows := range []int{1, 500} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			contact := jane()
			contact.Values = map[string]string{"last": "Doe, Jr", "city": "Rome", "company": "The Best"}
			columns := append(contact.columns(false), contact.cells()...)
			b.ReportAllocs()
			for b.Loop() {
				records := make([]record, 0, rows)
				for range rows {
					record, err := encode(columns)
					if err != nil {
						b.Fatal(err)
					}
					records = append(records, record)
				}
				if dataOf(records).value == "" {
					b.Fatal("it is empty")
				}
			}
		})
	}
}

func BenchmarkAnswers(b *testing.B) {
	for name, read := range map[string]func() bool{
		"sub":    func() bool { _, ok := readAnswer([]byte(subAdded)).subscribeCounts(); return ok },
		"delete": func() bool { _, ok, _ := readAnswer([]byte(deletedOne)).parseDelete(); return ok },
		"detail": func() bool {
			_, err := readDetail(detailXML("12", "jane@example.com", "Jane", "5,7", "<last>Doe</last>"))
			return err == nil
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !read() {
					b.Fatal("it cannot be read")
				}
			}
		})
	}
	b.Run("find", func(b *testing.B) {
		client := &Client{wire: httpclient.New(httpclient.Config{})}
		answer := readAnswer([]byte(rows(strings.Repeat(janeRow+"\n", 100))))
		b.ReportAllocs()
		for b.Loop() {
			if _, n, err := client.readRows("finding", answer); n != 100 || err != nil {
				b.Fatal(n, err)
			}
		}
	})
}

// BenchmarkOptoutStream reads a million addresses, and reports what one takes.
func BenchmarkOptoutStream(b *testing.B) {
	const many = 1_000_000
	var body bytes.Buffer
	body.WriteString("\"Email\"\n")
	for i := range many {
		fmt.Fprintf(&body, "\"user%d@example.com\"\n", i)
	}
	client := &Client{wire: httpclient.New(httpclient.Config{})}
	b.ReportAllocs()
	for b.Loop() {
		count := 0
		err := client.readOptouts("asking", 200, bytes.NewReader(body.Bytes()), func(string, string) error { count++; return nil })
		if count != many || err != nil {
			b.Fatal(count, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/many, "ns/address")
}
