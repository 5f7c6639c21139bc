/// What PostgreSQL's own programs (pg_dump, psql) need in their environment to reach the same database.
///
/// The environment, unlike arguments, is shown by the system to the same user only.
public struct ProgramEnvironment: Sendable, CustomStringConvertible {
    /// By libpq's names, such as PGHOST; holds the password.
    public let variables: [String: String]

    /// Values that must not be shown.
    public var secrets: [String] { Self.secretKeywords.compactMap { Self.names[$0] }.compactMap { variables[$0] } }

    private static let secretKeywords = ["password"]

    /// By libpq's keyword. Keywords without a variable, such as the keep-alive settings, tune a connection and do not say
    /// where it leads.
    private static let names = [
        "host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "dbname": "PGDATABASE", "user": "PGUSER",
        "password": "PGPASSWORD", "passfile": "PGPASSFILE", "channel_binding": "PGCHANNELBINDING",
        "service": "PGSERVICE", "options": "PGOPTIONS", "application_name": "PGAPPNAME", "sslmode": "PGSSLMODE",
        "sslcompression": "PGSSLCOMPRESSION", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
        "sslrootcert": "PGSSLROOTCERT", "sslcrl": "PGSSLCRL", "sslcrldir": "PGSSLCRLDIR", "sslsni": "PGSSLSNI",
        "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION", "ssl_max_protocol_version": "PGSSLMAXPROTOCOLVERSION",
        "requirepeer": "PGREQUIREPEER", "gssencmode": "PGGSSENCMODE", "krbsrvname": "PGKRBSRVNAME",
        "gsslib": "PGGSSLIB", "client_encoding": "PGCLIENTENCODING", "target_session_attrs": "PGTARGETSESSIONATTRS",
    ]

    init(connectionOptions: [String: String], sessionSettings: [String: String] = [:]) {
        var variables: [String: String] = [:]
        for (keyword, value) in connectionOptions {
            if let name = Self.names[keyword] { variables[name] = value }
        }
        // In force on every connection of theirs too; libpq splits at spaces that no backslash stands before.
        let settings = sessionSettings.sorted { $0.key < $1.key }.map { name, value in
            "-c \(name)=" + value.replacing("\\", with: "\\\\").replacing(" ", with: "\\ ")
        }
        if !settings.isEmpty {
            variables["PGOPTIONS"] = ([variables["PGOPTIONS"]].compactMap(\.self) + settings).joined(separator: " ")
        }
        self.variables = variables
    }

    /// The names alone.
    public var description: String { variables.keys.sorted().joined(separator: " ") }
}

extension DatabaseConfiguration {
    public var programEnvironment: ProgramEnvironment {
        ProgramEnvironment(connectionOptions: connectionOptions, sessionSettings: sessionSettings)
    }

    /// The database that the URL names; nil where it leaves that to libpq.
    public var databaseName: String? { connectionOptions["dbname"] }

    /// The role that the URL names; nil where it leaves that to libpq.
    public var roleName: String? { connectionOptions["user"] }

    /// The same server, role and limits, another database.
    public func connecting(to database: String) -> DatabaseConfiguration {
        var other = self
        other.connectionOptions["dbname"] = database
        return other
    }
}
