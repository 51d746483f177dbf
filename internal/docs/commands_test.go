package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	ofEnvironment = regexp.MustCompile(`^(?:[A-Z_]+=\S+\s+)+`)
	ofMake        = regexp.MustCompile(`([A-Z]+)=('[^']*'|"[^"]*"|\S+)`)
	flagInCommand = regexp.MustCompile(`(?:^|[\s'"=])-([a-z][a-z-]*)`)
	flagInCode    = regexp.MustCompile(`\bflags?\.[A-Z]\w*\((?:&?[\w.]+, )?"([a-z-]+)"`)
)

// programs are the folders of the commands whose flags a page may name, by the
// target of make that takes them in ARGS.
var programs = map[string]string{
	"simulator": "internal/simulator/command",
	"sweep":     "internal/sweep",
	"bench":     "internal/bench",
}

// unknownInCommand are the targets, flags and paths of one command line that do
// not exist. Commands of others are not looked at.
func (v *vocabulary) unknownInCommand(t *testing.T, command string) []string {
	t.Helper()
	command = ofEnvironment.ReplaceAllString(command, "")
	words := strings.Fields(command)
	if len(words) < 2 {
		return nil
	}
	switch words[0] {
	case "make":
		return v.unknownToMake(t, command)
	case "terraform", "tofu":
		var problems []string
		if !slices.Contains(terraformCommands, words[1]) {
			problems = append(problems, fmt.Sprintf("no command terraform %s", words[1]))
		}
		return append(problems, v.unknownFlags(t, command, "terraform")...)
	case "go":
		return v.unknownToGo(t, words)
	}
	return nil
}

func (v *vocabulary) unknownToMake(t *testing.T, command string) []string {
	t.Helper()
	var problems []string
	var called []string
	for _, target := range strings.Fields(ofMake.ReplaceAllString(command, ""))[1:] {
		if called = append(called, target); !slices.Contains(v.targets, target) {
			problems = append(problems, fmt.Sprintf("no target %s of make", target))
		}
	}
	for _, given := range ofMake.FindAllStringSubmatch(command, -1) {
		if !strings.Contains(v.makefile, "$("+given[1]+")") {
			problems = append(problems, fmt.Sprintf("make knows no %s", given[1]))
		}
		if given[1] == "ARGS" {
			problems = append(problems, v.unknownFlags(t, given[2], called...)...)
		}
	}
	return problems
}

// unknownToGo looks at go run, whose package has to exist and to know its flags.
func (v *vocabulary) unknownToGo(t *testing.T, words []string) []string {
	t.Helper()
	var problems []string
	for i, word := range words {
		if !strings.HasPrefix(word, "./") {
			continue
		}
		if missing := missingPath(word); missing != nil {
			problems = append(problems, missing...)
		} else if words[1] == "run" {
			problems = append(problems, v.unknownFlags(t, strings.Join(words[i+1:], " "), word)...)
		}
	}
	return problems
}

// unknownFlags are the flags in a text that none of the programs knows.
func (v *vocabulary) unknownFlags(t *testing.T, text string, of ...string) []string {
	t.Helper()
	flags := []string{"help"}
	for _, program := range of {
		if program == "terraform" {
			flags = append(flags, terraformFlags...)
			continue
		}
		folder, named := programs[program]
		if !named {
			folder = program
		}
		for _, file := range filesUnder(t, folder, ".go") {
			for _, found := range flagInCode.FindAllStringSubmatch(read(t, file), -1) {
				flags = append(flags, found[1])
			}
		}
	}
	var problems []string
	for _, found := range flagInCommand.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(flags, found[1]) {
			problems = append(problems, fmt.Sprintf("no flag -%s of %s", found[1], strings.Join(of, " or ")))
		}
	}
	return problems
}

// TestCommandsAreFound holds the search itself: a flag that is there is found.
func TestCommandsAreFound(t *testing.T) {
	t.Parallel()
	for program, folder := range programs {
		found := 0
		for _, file := range filesUnder(t, folder, ".go") {
			found += len(flagInCode.FindAllString(read(t, file), -1))
		}
		if found == 0 {
			t.Errorf("no flag of %s was found in %s", program, filepath.Join(root, folder))
		}
	}
}
