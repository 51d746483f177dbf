package whatcounts

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkContactsAtOnce adds and deletes contacts the way Terraform does: so
// many at a time, a new one as soon as one ends. It reports requests for each
// contact, at a latency of 50 ms.
func BenchmarkContactsAtOnce(b *testing.B) {
	for _, parallel := range []int{1, 10, 100} {
		b.Run(fmt.Sprint(parallel), func(b *testing.B) {
			const many = 500
			contacts := min(many, 50*parallel)
			for b.Loop() {
				s := newSimulated(b, "plain")
				s.exchange.Latency = 50 * time.Millisecond
				created := make([]Managed, contacts)
				report := func(phase string, commands []string, do func(i int) error) {
					before := make(map[string]int)
					for _, command := range commands {
						before[command] = s.exchange.Log.Count(command)
					}
					started := time.Now()
					each(numbers(contacts), parallel, func(i int) {
						if err := do(i); err != nil {
							b.Error(err)
						}
					})
					b.ReportMetric(time.Since(started).Seconds(), phase+"-s")
					for _, command := range commands {
						b.ReportMetric(float64(s.exchange.Log.Count(command)-before[command])/float64(contacts), phase+"-"+command+"/contact")
					}
				}
				report("create", []string{"find", "sub", "detail"}, func(i int) error {
					contact := NewContact{Managed: Managed{
						Identity: Identity{Email: fmt.Sprintf("user%d@example.com", i), FirstName: fmt.Sprint("User ", i)}, Values: map[string]string{"last": "Doe"}, Subscriptions: []Subscription{{5, HTML}},
					}}
					added, err := add(b.Context(), s.client, contact)
					created[i] = contact.Managed
					created[i].SubscriberID = added.Contact.SubscriberID
					return err
				})
				report("update", []string{"find", "update", "detail"}, func(i int) error {
					wanted := clone(created[i])
					wanted.Values["last"] = "Smith"
					_, _, err := update(b.Context(), s.client, created[i], wanted)
					return err
				})
				report("delete", []string{"find", "delete", "detail"}, func(i int) error {
					return s.client.DeleteOne(b.Context(), Deletion{Identity: created[i].Identity, Verify: true}).Err
				})
			}
		})
	}
}
