// swift-tools-version: 6.2
import PackageDescription

// Imports are internal unless written `public import`, and a file sees only the modules it names:
// together with the dependency lists below, the compiler holds the module rules of ARCHITECTURE.md.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

// -O in debug builds too: without it the kernels are two hundred times slower and the tests with them.
let kernelSettings: [CSetting] = [.unsafeFlags(["-O3", "-ffp-contract=fast"])]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let metricsTestKit = Target.Dependency.product(name: "MetricsTestKit", package: "swift-metrics")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let package = Package(
    name: "greenroom",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "greenroom", targets: ["greenroom"])
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.1"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
    ],
    targets: [
        // System libraries and C.
        .systemLibrary(name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CEpoll"),
        .target(name: "CSpawn"),
        .target(name: "CKernels", cSettings: kernelSettings),

        // The modules; each may import only what stands above it and is named here.
        .target(name: "Workers", dependencies: [], swiftSettings: settings),
        .target(
            name: "Storage", dependencies: ["CPQ", "CEpoll", logging, metrics, lifecycle], swiftSettings: settings),
        .target(
            name: "Migrations", dependencies: ["Storage", logging, crypto], resources: [.embedInCode("SQL")],
            swiftSettings: settings),
        .target(
            name: "Backup", dependencies: ["CSpawn", "Storage", "Migrations", logging, crypto], swiftSettings: settings),
        .target(name: "Catalog", dependencies: ["Storage", crypto], swiftSettings: settings),
        .target(
            name: "VectorCollections", dependencies: ["CKernels", "Workers", logging, metrics],
            path: "Sources/Collections", exclude: ["README.md"], swiftSettings: settings),
        .target(
            name: "Embedding",
            dependencies: ["CKernels", "Workers", crypto, logging, metrics, httpClient, nioCore, nioHTTP],
            swiftSettings: settings),
        .target(
            name: "Learner", dependencies: ["CZlib"], exclude: ["README.md"], resources: [.embedInCode("Data")],
            swiftSettings: settings),
        .target(
            name: "Recommend", dependencies: ["Catalog", "VectorCollections", "Embedding", "Learner"],
            exclude: ["Coach/README.md"], swiftSettings: settings),
        .executableTarget(
            name: "greenroom",
            dependencies: [
                "Workers", "Storage", "Migrations", "Backup", "Catalog", "VectorCollections", "Embedding", "Recommend",
                "Learner", "CArgon2", logging, metrics, lifecycle,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/Service", swiftSettings: settings),

        // Tests mirror the modules.
        .target(
            name: "TestSupport",
            dependencies: ["CSpawn", "Storage", "Migrations", logging, nioCore, nioHTTP, nioPosix],
            path: "Tests/Support",
            swiftSettings: settings),
        .testTarget(name: "WorkersTests", dependencies: ["Workers"], swiftSettings: settings),
        .testTarget(name: "StorageTests", dependencies: ["Storage", "TestSupport", logging], swiftSettings: settings),
        .testTarget(
            name: "MigrationsTests", dependencies: ["Migrations", "Storage", "TestSupport", logging],
            swiftSettings: settings),
        .testTarget(
            name: "CollectionsTests",
            dependencies: ["VectorCollections", "CKernels", "Workers", "TestSupport", logging, metrics],
            resources: [.copy("Golden")], swiftSettings: settings),
        .testTarget(
            name: "EmbeddingTests",
            dependencies: [
                "Embedding", "CKernels", "Workers", "TestSupport", logging, metrics, metricsTestKit, nioCore, nioHTTP,
                nioPosix,
            ],
            resources: [.copy("Fixtures")], swiftSettings: settings),
        .testTarget(
            name: "BackupTests", dependencies: ["Backup", "Migrations", "Storage", "TestSupport", logging, crypto],
            swiftSettings: settings),
        .testTarget(
            name: "CatalogTests", dependencies: ["Catalog", "Storage", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "LearnerTests", dependencies: ["Learner", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "RecommendTests",
            dependencies: [
                "Recommend", "Learner", "Catalog", "Embedding", "VectorCollections", "Workers", "TestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "greenroom", "Catalog", "Embedding", "Learner", "Recommend", "Storage", "VectorCollections",
                "TestSupport",
                metrics, logging,
            ],
            swiftSettings: settings),
    ]
)
