package diag

// Code names a kind of diagnostic. A code never changes its meaning and is never used again for another.
type Code string

// The codes. The hundreds group them: 01 reading a file, 02 what the spec says, 03 the Go handlers that it names, 04 what
// the clouds can do, 05 targets, 06 generated files, 07 artifacts, 08 workflows, 09 comparing.
const (
	Unreadable     Code = "ISO0101"
	TooLarge       Code = "ISO0102"
	Syntax         Code = "ISO0103"
	TooDeep        Code = "ISO0104"
	ManyDocuments  Code = "ISO0105"
	UnknownKey     Code = "ISO0201"
	DuplicateKey   Code = "ISO0202"
	NotDeclared    Code = "ISO0203"
	WrongType      Code = "ISO0204"
	MissingKey     Code = "ISO0205"
	InvalidValue   Code = "ISO0206"
	InvalidName    Code = "ISO0207"
	TriggerCount   Code = "ISO0208"
	RouteConflict  Code = "ISO0209"
	NameCollision  Code = "ISO0210"
	InvalidCron    Code = "ISO0211"
	CronNotShared  Code = "ISO0212"
	Version        Code = "ISO0213"
	Visibility     Code = "ISO0214"
	QueueConsumers Code = "ISO0215"
	ReservedName   Code = "ISO0216"
	NoModule       Code = "ISO0301"
	NoPackage      Code = "ISO0302"
	NoHandler      Code = "ISO0303"
	Signature      Code = "ISO0304"
	NotGranted     Code = "ISO0305"
	NotUsed        Code = "ISO0306"
	Refused        Code = "ISO0401"
	Degraded       Code = "ISO0402"
	UnknownTarget  Code = "ISO0501"
	NoTarget       Code = "ISO0502"
	OverlayGone    Code = "ISO0503"
	Include        Code = "ISO0504"
	NotUpToDate    Code = "ISO0601"
	NotGenerated   Code = "ISO0602"
	BadManifest    Code = "ISO0603"
	NotWritable    Code = "ISO0604"
	NotCompiled    Code = "ISO0701"
	Cgo            Code = "ISO0702"
	NoLayout       Code = "ISO0703"
	NoToolchain    Code = "ISO0704"
	Interrupted    Code = "ISO0705"
	NoState        Code = "ISO0801"
	Unreachable    Code = "ISO0802"
	BadPath        Code = "ISO0803"
	NeverThere     Code = "ISO0804"
	FallsThrough   Code = "ISO0805"
	NeverMatches   Code = "ISO0806"
	TakenByName    Code = "ISO0807"
	Unsupported    Code = "ISO0808"
	NoEnd          Code = "ISO0809"
	SameState      Code = "ISO0810"
	Definition     Code = "ISO0811"
	NoBase         Code = "ISO0901"
	BadBase        Code = "ISO0902"
	NoMergeBase    Code = "ISO0903"
	NoTree         Code = "ISO0904"
	UnknownStage   Code = "ISO0905"
)

// Entry explains a code.
type Entry struct {
	Code Code
	// Title is the kind of mistake in a few words.
	Title string
	// Explanation says when it is reported, and what mends it.
	Explanation string
}

// Codes lists every code with its explanation, in order; docs/diagnostics.md is made from it.
func Codes() []Entry {
	return []Entry{
		{Unreadable, "file cannot be read", "The spec does not exist, is not a regular file, or may not be read. Name it with --spec."},
		{TooLarge, "file is too large", "A spec is at most 1 MiB, which is room for some six thousand functions."},
		{Syntax, "not YAML", "The file is not well-formed YAML in UTF-8. Nothing else is checked until it is."},
		{TooDeep, "nested too deeply, or aliases expand too far", "A spec nests at most 64 levels, and at most 200,000 values after its aliases are followed."},
		{ManyDocuments, "more than one YAML document", "A spec is one document: remove what stands behind the second ---."},
		{UnknownKey, "unknown key", "The key does not exist at this place. The spec is strict, so that a typing mistake is never an option that is silently dropped."},
		{DuplicateKey, "duplicate key", "The same key stands twice in one mapping."},
		{NotDeclared, "not declared", "A function, or a task of a workflow, refers to what the spec does not declare."},
		{WrongType, "wrong type", "The value is of another type than the key wants, for example a list where text is expected."},
		{MissingKey, "missing key", "A key that must be there is not."},
		{InvalidValue, "invalid value", "The value has the right type, but not a form or a size that the key allows."},
		{InvalidName, "invalid name", "Names become names of resources on every cloud: lower-case letters, digits and single hyphens, a letter first, 49 characters at most (20 for the app)."},
		{TriggerCount, "not exactly one trigger", "A function has one trigger: http, queue, topic, schedule, bucket, table or task. A workflow has one at most: queue or topic."},
		{RouteConflict, "routes conflict", "Two functions have routes that match the same requests, and neither is more specific."},
		{NameCollision, "names collide", "Two names differ only in hyphens, and would become the same identifier in generated code; or two resources, of whatever kind, have one name."},
		{InvalidCron, "invalid cron expression", "A schedule has five fields: minute, hour, day of month, month, day of week."},
		{CronNotShared, "schedule that clouds read differently", "The schedule cannot be written with the same meaning for every cloud: both days restricted, an L, W, # or ?, an interval that does not divide the hour or the day."},
		{Version, "unknown version", "The first key is isobar: v1."},
		{Visibility, "visibility shorter than the timeout", "A message must stay hidden at least as long as its consumer may run, or it is delivered again while it is being handled."},
		{QueueConsumers, "queue with several consumers", "A queue hands each message to one consumer, a function or a workflow; two on one queue would each see some of the messages."},
		{ReservedName, "reserved name", "The name belongs to something that Isobar generates."},
		{NoModule, "no Go module", "The spec's folder is not inside a Go module, so handlers have no import path."},
		{NoPackage, "handler's package not found", "The folder that a handler names holds no Go package that can be imported."},
		{NoHandler, "handler not found", "The handler's package has no such exported function."},
		{Signature, "wrong signature", "The handler's parameters or results are not what its trigger calls."},
		{NotGranted, "use that is not granted", "A handler does something with a resource that the access of its function does not let it do. It would fail at run time: add the line that the diagnostic gives."},
		{NotUsed, "grant that is not used", "The access of a function lets it do something that its handler, as far as its code tells, never does. Remove the verb, so that the function can do no more than it does."},
		{Refused, "a target cannot do this", "What the spec asks for cannot be had on a target with the same meaning. The diagnostic names the target, its limit and the source of the limit."},
		{Degraded, "a target does this differently", "What the spec asks for works on a target, but with a difference that the diagnostic names."},
		{UnknownTarget, "unknown target", "The target is not one that Isobar generates for, or not one of the spec."},
		{NoTarget, "no target", "The spec names no target, so there is nothing to generate."},
		{OverlayGone, "overlay of what is not there", "An overlay names a generated resource, or a part of one, that is not generated, or is no longer what it was. Look at the generated files and mend the overlay."},
		{Include, "included file does not fit", "A file under include cannot be read, lies outside the spec's folder, is not what the target takes, or has names that generated files have too."},
		{NotUpToDate, "not up to date", "A generated file is not what the spec says now: the spec changed, the file was touched, or another version of Isobar wrote it. Run isobar gen."},
		{NotGenerated, "would destroy what was not generated", "A file was edited by hand since it was generated, or stands where a generated one belongs. Move what you need elsewhere, and run isobar gen --force."},
		{BadManifest, "manifest cannot be read", "The .isobar.json of a target's folder is damaged, so that generated files cannot be told from others. Restore it, or run isobar gen --force."},
		{NotWritable, "cannot be written", "The file system refused. Nothing was changed."},
		{NotCompiled, "does not compile", "The Go compiler refuses the app's code, and no artifact was changed; or, as a warning, a handler's package does not parse, so that its handlers were not looked at."},
		{Cgo, "needs cgo", "A package has nothing but cgo. Artifacts are compiled without it, so that they need no C libraries and are the same on every machine."},
		{NoLayout, "cannot be packed", "The artifact is source that is compiled elsewhere, and the app cannot be laid out so that it compiles there."},
		{NoToolchain, "no go command", "Artifacts are compiled with the go command on the PATH, and there is none."},
		{Interrupted, "interrupted", "The build was asked to end before it was done. The artifacts are those of the build before."},
		{NoState, "no such state", "A state goes on with one that is not in the same graph. States of a branch or of a Map's item lead to each other alone."},
		{Unreachable, "unreachable state", "No way leads from StartAt to the state. Remove it, or lead to it."},
		{BadPath, "not a path", "A path or a call of an intrinsic function cannot be read, or is not of the kind that the field wants."},
		{NeverThere, "path that can never exist", "On every way to the state, the value that the path names is not there: a field of a result that has no such field, a field of a text, an item that is only there in a Map."},
		{FallsThrough, "choice that can fall through", "A Choice has no Default, and its rules do not cover every input; the execution fails with States.NoChoiceMatched where none holds."},
		{NeverMatches, "retrier or catcher that can never match", "The error cannot happen here, or an earlier retrier or catcher takes it."},
		{TakenByName, "address taken by its name", "A resource is written as the address of another system. The function, topic, queue or workflow of the spec whose name it ends in is taken."},
		{Unsupported, "not part of the workflow language", "The States Language has it, but Isobar does not read it: it cannot mean the same on every cloud, or belongs to another flavour of the language."},
		{NoEnd, "no way to an end", "No way leads from the state to an end: an execution that comes here never ends."},
		{SameState, "two states of one name", "Names of states are unique in a workflow, branches and items included."},
		{Definition, "definition cannot be read", "The file of a workflow's definition does not exist, lies outside the spec's folder, or is not a regular file of at most 1 MiB."},
		{NoBase, "nothing to compare with", "The revision or folder to compare with is not there: the spec is in no git repository, a shallow clone lacks the revision, or the name is wrong. Name another one with --base, or fetch it."},
		{BadBase, "the base is not sound", "The spec to compare with has errors of its own, so that nothing can be generated from it. Compare with what was generated from it then: --committed."},
		{NoMergeBase, "no merge base", "The history that is there does not reach back to where the branches parted, so that the base itself is compared with: what was merged into it since shows as undone. Fetch more of the history."},
		{NoTree, "generated files cannot be compared", "There are no generated files where some were to be compared, or they are not what a version of Isobar writes."},
		{UnknownStage, "unknown stage", "The stage is one of neither spec."},
	}
}
