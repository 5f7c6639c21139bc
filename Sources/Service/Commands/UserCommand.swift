import ArgumentParser
import Catalog
import Foundation
import Storage
import Workers

/// `greenroom user ensure`
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Accounts.", subcommands: [Ensure.self])

    struct Ensure: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create an account unless there is one with this email.",
            discussion: "Reads DATABASE_URL. An existing account is left as it is.")

        @Option(help: "The account's email.") var email: String
        @Option(help: "The person's name.") var name: String
        @Option(help: "One of user, premium, enterprise, admin.") var role: String = "user"
        @Option(help: "A file whose first line is the password.") var passwordFile: String
        @Flag(help: "Print the result as JSON.") var json = false

        func run() async throws {
            guard let role = User.Role(rawValue: role) else {
                throw UsageError(
                    "--role is '\(role)', allowed is \(User.Role.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            let address = try EmailAddress(email)
            let content = try String(contentsOfFile: passwordFile, encoding: .utf8)
            let password = content.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init) ?? ""
            try PasswordRules(lengthMin: 8, needsMixedCharacters: false).check(password, field: "password")
            let workers = WorkerPool(name: "hash", threadCount: 1, queueDepthMax: 1)
            let hash = try await PasswordHasher(workers: workers).hash(password)
            let created = try await withCommandDatabase { database in
                do {
                    _ = try await UserStore(database: database)
                        .create(email: address, name: name, passwordHash: hash, role: role)
                    return true
                } catch CatalogError.emailTaken {
                    return false
                }
            }
            if json {
                return try CommandOutput.json(["email": address.description, "created": created ? "true" : "false"])
            }
            CommandOutput.line("\(address): \(created ? "created" : "there already")")
        }
    }
}
