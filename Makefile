.DEFAULT_GOAL := help
MVN := ./mvnw

.PHONY: help
help: ## Show the habits
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: dev
dev: ## Run the gateway with its PostgreSQL, DynamoDB, Redis and sample users; reloads what you change
	$(MVN) quarkus:dev

.PHONY: verify
verify: ## Everything a change must pass: format, lint, tests, packaged tests
	$(MVN) verify

.PHONY: test
test: ## The tests that need no packaged application
	$(MVN) test

.PHONY: format
format: ## Format the sources
	$(MVN) spotless:apply

.PHONY: schema
schema: ## Write schema.graphql anew from the running server
	$(MVN) test -Dtest=SchemaTest -Dheadgate.schema.write=true

.PHONY: authorization
authorization: ## Write docs/authorization.md anew from the packaged gateway
	$(MVN) verify -Dskip.unit.tests -Dit.test=AuthorizationIT -Dheadgate.authorization.write=true

.PHONY: soak
soak: ## Ten minutes of random operations against a model, with Redis stopped and started meanwhile
	$(MVN) test -Dtest=SoakTest -Dheadgate.soak.duration=PT10M

.PHONY: coherence
coherence: ## Ten minutes of reads and changes through three replicas, with Redis killed, frozen and emptied meanwhile
	$(MVN) verify -Dskip.unit.tests -Dit.test=CoherenceIT -Dheadgate.coherence.duration=PT10M

.PHONY: changes
changes: ## 50,000 changes in each store by other programs, with a replica killed every ten seconds
	$(MVN) verify -Dskip.unit.tests -Dit.test=CrashIT -Dheadgate.changes.count=50000 -Dheadgate.changes.between-kills=PT10S

.PHONY: truth
truth: ## Restore random seconds of random changes, on a machine that does nothing else: no write waits for a second
	$(MVN) test -Dtest=RestoreTruthTest -Dheadgate.truth.longest-wait=PT1S

.PHONY: audit
audit: ## Audit the packaged gateway with npm's graphql-http, graphql-ws and graphql-sse, and scan it
	cd conformance && npm ci --silent
	node conformance/run.mjs

.PHONY: fuzz
fuzz: ## Send the packaged gateway 100,000 mutated requests, of a seed that repeats the run
	$(MVN) verify -Dskip.unit.tests -Dit.test=FuzzIT -Dheadgate.fuzz.requests=100000 -Dheadgate.fuzz.seed=$$(date +%s)

.PHONY: sockets
sockets: ## Open 10,000 idle WebSockets to the packaged gateway; needs ulimit -n 12000
	$(MVN) verify -Dskip.unit.tests -Dit.test=IdleSocketsIT -Dheadgate.sockets.idle=10000

.PHONY: clean
clean: ## Remove what was built
	$(MVN) clean
