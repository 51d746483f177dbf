// Command gate is behind make test: it runs go test with the arguments it
// is given, prints what a person wants to see of it, and holds the tests to
// one rule. None is skipped, unless the Terraform CLI at hand is too old for
// what it shows; and then the same is shown in-process by its twin, which the
// comment right above the test names:
//
//	// Twin: TestDeleteContacts
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

func main() {
	if err := run(".", os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "gate:", err)
		os.Exit(1)
	}
}

// run tests the module in a folder.
func run(folder string, arguments []string, stdout, stderr io.Writer) error {
	sources, err := scan(os.DirFS(folder))
	if err != nil {
		return err
	}
	command := exec.Command("go", append([]string{"test", "-json"}, arguments...)...)
	command.Dir, command.Stderr = folder, stderr
	printed, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	ran, readErr := follow(printed, stdout)
	testErr := command.Wait()
	if readErr != nil {
		return errors.Join(readErr, testErr)
	}
	gated, problems := sources.gated()
	excused, unexcused := ran.skips(gated)
	ran.summarise(stdout, excused)
	for _, problem := range append(problems, unexcused...) {
		fmt.Fprintln(stdout, "gate: "+problem)
	}
	switch {
	case testErr != nil:
		return fmt.Errorf("go test: %w", testErr)
	case ran.passed == 0:
		return errors.New("no test ran")
	case len(problems)+len(unexcused) > 0:
		return errors.New("tests are skipped for another reason than the CLI's version, or without a twin (above)")
	}
	return nil
}
