import Catalog
import Embedding
import Foundation
import Hummingbird
import Learner
import Logging
import Migrations
import Recommend
import ServiceLifecycle
import Storage
import UnixSignals
import VectorCollections
import Workers

/// The running service: every object and how they hang together, made in one place.
struct GreenroomService {
    private static let hashThreads = 2
    private static let hashQueueDepthMax = 64
    private static let scanQueueDepthMax = 256
    private static let buildQueueDepthMax = 64
    private static let buildNiceness: Int32 = 10

    private let group: ServiceGroup

    /// Opens everything the service needs: the database, whose schema must be up to date, the model and the vocabularies.
    init(configuration: ServiceConfiguration, registry: MetricRegistry, logger: Logger) async throws {
        let database = Database(configuration: configuration.database, logger: logger)
        try await Migrator(database: database, migrations: Migration.shipped, logger: logger).verify()
        try await Self.checkRole(database, configuration, logger)

        // Text to vector.
        let embedders = InstanceEmbedders(configuration.embedding)

        // The vector engine, and what it follows.
        let signal = ChangeSignal(database: database)
        let identity = try await DatabaseIdentity.read(database)
        let builder = GenerationBuilder(
            database: database, embedders: embedders,
            opening: Self.opening(configuration, identity, logger),
            identity: identity, signal: signal, logger: logger)
        let index = VectorIndex(try await builder.collections())
        let audit = RecallAuditService(
            collections: { index.entries.map(\.collection) }, pauseSeconds: configuration.auditSeconds, logger: logger)
        let keepsFiles = configuration.snapshotFolder != nil
        let snapshots = SnapshotService(
            collections: { keepsFiles ? index.generations.map(\.collection) : [] },
            seconds: configuration.snapshotSeconds, operations: configuration.snapshotOperations, logger: logger)
        registry.addCollector {
            index.recordMetrics()
            embedders.recordMetrics()
        }
        if let backups = configuration.backupFolder {
            BackupMetrics(folder: backups, registry: registry, logger: logger).start()
        }

        // Beside other instances.
        let verifier = IndexVerifier(database: database, index: index)
        let instance = InstanceService(
            database: database, verifier: verifier, port: configuration.http.port, logger: logger)
        let generations = GenerationService(index: index, builder: builder, instance: instance.id)

        // Suggestions and search.
        let folder = URL(fileURLWithPath: configuration.dataFolder)
        let vocabulary = try SkillsVocabulary(contentsOf: folder.appending(path: "skills.jsonl"))
        let roles = try RolesCatalog(contentsOf: folder.appending(path: "roles.jsonl"))
        let learner = try LearnerService(
            database: database, vocabulary: vocabulary, coefficients: try LearnerCoefficients.shipped(), logger: logger)
        try await learner.start()
        let health = BankHealth(
            reactions: ReactionStore(database: database), candidates: SessionCandidates(database: database),
            learner: learner, logger: logger)
        try await health.refresh()
        let suggestions = PerGeneration(index.served(.questions)) { generation in
            QuestionSuggestions(
                vocabulary: vocabulary, roles: roles, index: QuestionIndex(collection: generation.collection),
                embedder: generation.embedder, health: { health.weight(of: $0) })
        }
        let questionSearch = PerGeneration(index.served(.questions)) {
            QuestionSearch(collection: $0.collection, embedder: $0.embedder)
        }
        let questions = QuestionStore(database: database)
        let intake = ItemIntake(index: index, logger: logger)
        let twins = PerGeneration(index.served(.questions)) {
            TwinSearch(search: QuestionSearch(collection: $0.collection, embedder: $0.embedder))
        }
        let inference = SkillInference(vocabulary: vocabulary)

        // Sessions, and what answers tell of people.
        let leader = LeaderService(
            database: database, jobs: LeaderJob.all(database, configuration, learner: learner), logger: logger)
        let interviews = try await SessionServices(
            database: database, folder: folder, learner: learner, roles: roles, suggestions: suggestions,
            search: questionSearch, intake: intake,
            bodyBytesMax: configuration.http.bodyBytesMax)
        let erasures = ErasureService(
            database: database, index: index, seconds: configuration.erasurePurgeSeconds, hasFiles: keepsFiles,
            file: configuration.backupFolder.map { ErasureFile(folder: $0) }, forget: { embedders.forgetTexts() },
            logger: logger)
        try await erasures.applyAgain(ErasureReplay(database: database, answers: interviews.answers))

        let jobStore = JobDescriptionStore(database: database)
        let jobSearch = PerGeneration(index.served(.jobDescriptions)) {
            JobSearch(collection: $0.collection, embedder: $0.embedder)
        }
        let patternStore = UserPatternStore(database: database)
        let feedback = RecommendationFeedback(
            store: FeedbackStore(database: database), numbers: learner.numbers, logger: logger)
        let experiment = try configuration.coachExperiment()
        let recommendations = PerGeneration(index.served(.questions)) { generation in
            let bank = QuestionIndex(collection: generation.collection)
            return QuestionRecommendations(
                learner: learner, index: bank, history: PracticeHistory(database: database),
                needs: PersonNeeds(
                    learner: learner, jobs: jobStore, sessions: interviews.sessions, index: bank, roles: roles,
                    suggestions: suggestions.current),
                feedback: feedback,
                neighbours: NeighbourProposals(
                    neighbours: NeighbourStore(database: database), steps: QuestionSteps(database: database)),
                health: health, experiment: experiment)
        }
        let reads = ReplicaReads(
            primary: database, replica: configuration.replica.map { Database(configuration: $0, logger: logger) },
            lagSecondsMax: Double(configuration.replicaLagSecondsMax), logger: logger)

        // HTTP.
        let draining = Draining(seconds: configuration.http.shutdownDelaySeconds, logger: logger)
        let authentication = try await AuthServices(
            configuration.auth, database: database, hashers: Self.hashers(), sessions: interviews.sessions,
            answers: interviews.answers)
        let bodyBytesMax = configuration.http.bodyBytesMax
        let routes = Routes(
            health: HealthController(database: database, index: index, draining: draining),
            metrics: MetricsEndpoint(registry: registry),
            auth: authentication.controller, dataRights: authentication.dataRights,
            questions: QuestionController(
                questions: questions, reads: reads, intake: intake,
                twins: twins,
                inference: inference, health: health, publicRead: configuration.publicRead,
                bodyBytesMax: bodyBytesMax),
            bank: BankController(
                questions: questions, analytics: QuestionAnalytics(database: database), search: questionSearch,
                bulk: BulkWrite(questions: questions, intake: intake, twins: twins, inference: inference),
                publicRead: configuration.publicRead, bodyBytesMax: bodyBytesMax),
            questionSets: QuestionSetController(
                suggestions: suggestions, questions: questions, publicRead: configuration.publicRead,
                bodyBytesMax: bodyBytesMax),
            vector: VectorController(
                suggestions: suggestions, replays: ReplayTokens(secret: configuration.auth.secret), index: index,
                embedders: embedders, publicRead: configuration.publicRead,
                bodyBytesMax: bodyBytesMax),
            search: SearchController(
                questions: questionSearch,
                jobs: jobSearch,
                answers: PerGeneration(index.served(.answers)) {
                    AnswerSearch(collection: $0.collection, embedder: $0.embedder)
                },
                publicRead: configuration.publicRead, bodyBytesMax: bodyBytesMax),
            jobs: JobDescriptionController(
                jobs: jobStore, reads: reads, intake: intake, bodyBytesMax: bodyBytesMax),
            patterns: UserPatternController(
                patterns: patternStore,
                search: PerGeneration(index.served(.userPatterns)) {
                    PatternSearch(collection: $0.collection, embedder: $0.embedder)
                },
                measure: PatternMeasure(learner: learner, history: PracticeHistory(database: database)),
                pseudonyms: Pseudonyms(secret: configuration.auth.secret), intake: intake, bodyBytesMax: bodyBytesMax),
            recommendations: RecommendationController(
                questions: recommendations,
                scenarios: ScenarioRecommendations(
                    scenarios: ScenarioStore(database: database), learner: learner),
                jobs: jobSearch, patterns: patternStore, lists: RecommendationStore(database: database),
                feedback: feedback, experiment: experiment, bodyBytesMax: bodyBytesMax),
            coach: CoachController(
                progress: PerGeneration(index.served(.questions)) { generation in
                    PracticeProgress(
                        learner: learner, index: QuestionIndex(collection: generation.collection),
                        history: PracticeHistory(database: database), feedback: feedback,
                        suggestions: suggestions.current)
                },
                jobs: jobStore, patterns: patternStore, bodyBytesMax: bodyBytesMax),
            embeddings: EmbeddingController(served: index.served(.questions), bodyBytesMax: bodyBytesMax),
            sessions: interviews.controller, answers: interviews.answerController,
            admin: AdminController(
                index: index, answerStore: interviews.answers, verifier: verifier, database: database),
            authentication: authentication.middleware, readYourWrites: ReadYourWrites(index: index))
        let server = HTTPServer(routes: routes, configuration: configuration.http, draining: draining, logger: logger)

        group = ServiceGroup(
            configuration: Self.lifeCycle(
                [
                    database, reads, signal, generations, audit, snapshots, instance, leader, learner, health, erasures,
                ]
                    + server.services + [draining], configuration, logger)
        )
        logger.notice(
            "starting",
            metadata: [
                "version": .string(Version.current), "environment": .string(configuration.environment.rawValue),
                "model": .string("\(index.entry(of: .questions).model)"),
                "skills": .stringConvertible(vocabulary.skills.count),
                "roles": .stringConvertible(roles.roles.count),
            ])
    }

    /// Serves until SIGTERM or SIGINT.
    func run() async throws { try await group.run() }

    /// People's rows are kept apart by the database as well, unless the service's role stands above its policies.
    /// - Throws: `ConfigurationError` in production where it does.
    private static func checkRole(
        _ database: Database, _ configuration: ServiceConfiguration, _ logger: Logger
    ) async throws {
        guard try await RowSecurity.isBypassed(in: database) else { return }
        let problem =
            "DATABASE_URL names a role that row-level security does not hold for (a superuser, or one with BYPASSRLS): "
            + "make one with NOSUPERUSER NOBYPASSRLS that owns the tables"
        if configuration.environment == .production { throw ConfigurationError(problems: [problem]) }
        logger.warning("\(problem)")
    }

    /// How the engine's collections are opened, on threads of their own.
    private static func opening(
        _ configuration: ServiceConfiguration, _ identity: DatabaseIdentity, _ logger: Logger
    ) -> CollectionOpening {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return CollectionOpening(
            workers: WorkerPool(name: "scan", threadCount: cores, queueDepthMax: scanQueueDepthMax),
            // One graph at a time, on threads that give way to requests.
            builders: WorkerPool(
                name: "build", threadCount: 1, queueDepthMax: buildQueueDepthMax, niceness: buildNiceness),
            memory: configuration.vectorMemoryLimitBytes.map { MemoryBudget(limitBytes: $0) },
            folder: configuration.snapshotFolder.map { URL(fileURLWithPath: $0, isDirectory: true) },
            source: "\(identity.id)", logger: logger)
    }

    private static func hashers() -> WorkerPool {
        WorkerPool(name: "hash", threadCount: hashThreads, queueDepthMax: hashQueueDepthMax)
    }

    /// A signal stops the services in the reverse of their order: first the server, which drains, last the database.
    private static func lifeCycle(
        _ services: [any Service], _ configuration: ServiceConfiguration, _ logger: Logger
    ) -> ServiceGroupConfiguration {
        var group = ServiceGroupConfiguration(
            services: services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(
            configuration.http.shutdownDelaySeconds + configuration.http.shutdownTimeoutSeconds)
        group.maximumCancellationDuration = .seconds(5)
        return group
    }
}
