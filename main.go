// Command terraform-provider-reach is the Terraform provider "reach". It is
// started by Terraform, not by hand.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/reachops/terraform-provider-reach/internal/loglevel"
	"github.com/reachops/terraform-provider-reach/internal/provider"
	"github.com/reachops/terraform-provider-reach/internal/server"
)

// version is set at release.
var version = "dev"

// usage is for a person. Terraform starts the provider without arguments.
const usage = `This is the Terraform provider "reach", version %s. Terraform starts it by itself
for a configuration that requires the provider reachops/reach; run by hand, it
does nothing.

  -debug     serve until it is ended, for a debugger, and print what Terraform
             needs to attach
  -version   print the version, and end
  -help      print this text, and end
`

// handshake is what Terraform sets for a provider that it starts.
const handshake = "TF_PLUGIN_MAGIC_COOKIE"

func main() {
	debug := flag.Bool("debug", false, "")
	printVersion := flag.Bool("version", false, "")
	flag.Usage = func() { fmt.Fprintf(flag.CommandLine.Output(), usage, version) }
	flag.Parse()
	switch {
	case *printVersion:
		fmt.Println(version)
		return
	case flag.NArg() > 0, !*debug && os.Getenv(handshake) == "":
		flag.Usage()
		os.Exit(2)
	}
	if err := serve(*debug); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(debug bool) error {
	// net/http prints the bytes of an answer that it did not expect, with all
	// that they hold, to a log of its own, and Terraform keeps that log.
	log.SetOutput(io.Discard)
	if err := loglevel.Follow(); err != nil {
		return err
	}
	server.SpendMemory()
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	return tf6server.Serve(provider.Address, func() tfprotov6.ProviderServer {
		return server.New(provider.New(version)(), loglevel.Silent())
	}, options...)
}
