// Package reference holds what is known of both services, each fact with its
// kind of source: 7g.md and whatcounts.md. Clients and simulator are written
// from these two pages, and comments cite their headings.
package reference
