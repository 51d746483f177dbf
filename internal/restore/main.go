// Command restore turns a journal of deleted records, an earlier state or the plan
// that deleted into a Terraform configuration that creates them again. It sends nothing: what it prints is
// for a person to read and for Terraform to apply.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}
