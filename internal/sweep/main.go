// Command sweep is behind make sweep: it finds what live tests have left
// in a real account, by the prefix of their addresses, and deletes it when it
// is told to.
package main

import (
	"context"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
