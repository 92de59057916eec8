// Package spec reads isobar.yaml: bytes to a Document in which every value knows its line and column, with all mistakes
// reported at once.
//
// Parse decodes strictly: an unknown key, a duplicate key or a wrong type is a diagnostic, never a dropped option. Validate
// checks what a single value cannot tell: references, names, routes, schedules. The settings of targets stay raw until the
// target decodes them, so nothing here knows any cloud.
//
// The model is the one source of the language: the decoder, the JSON Schema in spec/schema and the documentation follow its
// types, tags and comments.
package spec
