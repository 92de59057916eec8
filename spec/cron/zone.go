package cron

import (
	_ "embed"
	"strings"
)

// zones are the names of the IANA time zone database, those that Go comes with. https://www.iana.org/time-zones
//
//go:embed zones.txt
var zones string

// Zones are the names of time zones that this version knows, sorted: the database gains one every few years.
func Zones() []string { return strings.Fields(zones) }
