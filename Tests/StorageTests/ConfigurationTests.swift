import TestSupport
import Testing

@testable import Storage

@Suite struct ConfigurationTests {
    @Test(arguments: [
        "postgres://app:s3cret@db.example:5433/greenroom?sslmode=require",
        "host=db.example port=5433 user=app password=s3cret dbname=greenroom sslmode=require",
    ])
    func readsBothFormsAndHidesThePassword(url: String) throws {
        let configuration = try DatabaseConfiguration(url: url)
        #expect(configuration.connectionOptions["host"] == "db.example")
        #expect(configuration.connectionOptions["password"] == "s3cret")
        for text in ["\(configuration)", String(reflecting: configuration), configuration.description] {
            #expect(!text.contains("s3cret") && text.contains("db.example") && text.contains("password=***"))
        }
    }

    @Test func refusesWhatCannotBeUsed() throws {
        func failure(_ make: () throws -> DatabaseConfiguration) throws -> DatabaseConfigurationError {
            try #require(#expect(throws: DatabaseConfigurationError.self) { try make() })
        }
        let url = "postgres:///x"
        let size = try failure { try DatabaseConfiguration(url: url, poolSize: 0) }
        #expect("\(size)" == "poolSize is 0, allowed is 1 to 1000")
        #expect(try failure { try DatabaseConfiguration(url: url, overflow: -1) }.field == "overflow")
        #expect(try failure { try DatabaseConfiguration(url: url, poolSize: 2, connectionsMin: 3) }.allowed == "0 to 2")
        #expect(
            try failure { try DatabaseConfiguration(url: url, waitTimeoutSeconds: 0) }.field == "waitTimeoutSeconds")
        #expect(try failure { try DatabaseConfiguration(url: url, waitersMax: 0) }.field == "waitersMax")
        #expect(try failure { try DatabaseConfiguration(url: url, recycleSeconds: 1) }.field == "recycleSeconds")
        #expect(
            try failure { try DatabaseConfiguration(url: url, connectTimeoutSeconds: 999) }.field
                == "connectTimeoutSeconds")
        #expect(
            try failure { try DatabaseConfiguration(url: url, statementTimeoutSeconds: -1) }.field
                == "statementTimeoutSeconds")
        #expect(
            try failure { try DatabaseConfiguration(url: url, preparedStatementsMax: -1) }.field
                == "preparedStatementsMax")
        #expect(try failure { try DatabaseConfiguration(url: url, applicationName: "é") }.field == "applicationName")
        #expect(
            try failure { try DatabaseConfiguration(url: url, sessionSettings: ["a;b": ""]) }.field == "sessionSettings"
        )
        #expect(try failure { try DatabaseConfiguration(url: "") }.field == "url")
        let secret = try failure { try DatabaseConfiguration(url: "host=x s3cret") }
        #expect(!"\(secret)".contains("s3cret"))
    }

    @Test func namesAreResolvedBeforeLibpqIsAsked() throws {
        #expect(!HostResolution.isNeeded(for: ["host": "/var/run,127.0.0.1,::1"]))
        #expect(!HostResolution.isNeeded(for: ["host": "db.example", "hostaddr": "10.0.0.1"]))
        #expect(HostResolution.isNeeded(for: ["host": "127.0.0.1,db.example"]))
        let resolved = try HostResolution.resolve(["host": "/run,localhost", "port": "1,2", "user": "u"])
        let hosts = try #require(resolved["host"]).split(separator: ",")
        let addresses = try #require(resolved["hostaddr"]).split(separator: ",", omittingEmptySubsequences: false)
        let ports = try #require(resolved["port"]).split(separator: ",")
        #expect(hosts.count == addresses.count && hosts.count == ports.count && resolved["user"] == "u")
        #expect(hosts.first == "/run" && addresses.first == "" && ports.first == "1")
        #expect(hosts.dropFirst().allSatisfy { $0 == "localhost" } && ports.dropFirst().allSatisfy { $0 == "2" })
        #expect(addresses.contains("127.0.0.1") || addresses.contains("::1"))
    }

    @Test func retriesBackOffWithinTheirLimits() {
        let retry = TransactionRetry(attemptsMax: 9, backoffMillisecondsMin: 10, backoffMillisecondsMax: 100)
        #expect(retry.delay(after: 1, jitter: 0) == .milliseconds(10))
        #expect(retry.delay(after: 3, jitter: 0) == .milliseconds(40))
        #expect(retry.delay(after: 60, jitter: 0) == .milliseconds(100))
        #expect(retry.delay(after: 1, jitter: 1) == .milliseconds(5))
    }
}
