import TestSupport
import Testing

@testable import Storage

@Suite struct PostgresErrorTests {
    @Test func everyViolationIsNamedWithItsObject() async throws {
        try await withDatabase { database in
            try await database.query(
                """
                CREATE TABLE t (id int8 PRIMARY KEY, n int8 NOT NULL CHECK (n > 0), parent int8 REFERENCES t,
                    span int4range, EXCLUDE USING gist (span WITH &&))
                """)
            try await database.query("INSERT INTO t VALUES (1, 1, NULL, '[1,5)')")
            func failure(_ statement: Statement) async throws -> PostgresError {
                try #require(await #expect(throws: PostgresError.self) { try await database.query(statement) })
            }
            let unique = try await failure("INSERT INTO t VALUES (\(1), \(1))")
            #expect(unique.kind == .uniqueViolation && unique.constraint == "t_pkey" && unique.table == "t")
            #expect(unique.sqlState == "23505" && unique.severity == "ERROR" && unique.detail != nil)
            #expect(try await failure("INSERT INTO t VALUES (\(2), \(-1))").kind == .checkViolation)
            let null = try await failure("INSERT INTO t VALUES (\(2), \(nil as Int?))")
            #expect(null.kind == .notNullViolation && null.column == "n")
            #expect(try await failure("INSERT INTO t VALUES (\(2), \(1), \(9))").kind == .foreignKeyViolation)
            #expect(try await failure("INSERT INTO t VALUES (2, 1, NULL, '[2,3)')").kind == .exclusionViolation)
            let syntax = try await failure("SELECT \(1) FORM t")
            #expect(syntax.kind == .other && syntax.position != nil && syntax.statement == "SELECT $1 FORM t")
            #expect(try await failure("SELECT * FROM absent").kind == .undefined)
            #expect(try await failure("SELECT absent FROM t").kind == .undefined)
            #expect(try await failure("SELECT absent(\(1))").kind == .undefined)
        }
    }

    @Test func valuesAreNotPrinted() async throws {
        try await withDatabase { database in
            try await database.query("CREATE TABLE t (secret text UNIQUE)")
            try await database.query("INSERT INTO t VALUES (\("hunter2"))")
            let statements: [Statement] = [
                "INSERT INTO t VALUES (\("hunter2"))", "SELECT \("hunter2")::uuid", "SELECT \("a\"hunter2")::int8",
            ]
            for statement in statements {
                let error = try #require(
                    await #expect(throws: PostgresError.self) { try await database.query(statement) })
                #expect(!"\(error)".contains("hunter2"), "\(error)")
                #expect("\(error)".contains(error.advice))
            }
        }
    }

    @Test func tooManyParametersAreRefusedBeforeSending() async throws {
        try await withDatabase { database in
            var list: Statement = "1"
            for number in 0...8 { list = "\(list), \(number)" }
            // Doubled until it is beyond the limit.
            while list.parameterCount <= Statement.parametersMax { list = "\(list), \(list)" }
            let error = await #expect(throws: PostgresError.self) { try await database.query("SELECT \(list)") }
            #expect(error?.message.contains("at most 65535") == true)
            try await database.ping()
        }
    }

    @Test func copyIsNoQuery() async throws {
        try await withDatabase(poolSize: 1, overflow: 0) { database in
            try await database.query("CREATE TABLE t (a int8)")
            let copyIn = await #expect(throws: PostgresError.self) { try await database.query("COPY t FROM STDIN") }
            #expect(copyIn?.message.contains("use copyIn") == true)
            let copyOut = await #expect(throws: PostgresError.self) { try await database.query("COPY t TO STDOUT") }
            #expect(copyOut?.message.contains("not supported") == true)
            try await database.ping()
        }
    }

    @Test(arguments: PostgresError.Kind.allCases)
    func everyKindHasAdvice(kind: PostgresError.Kind) {
        #expect(!PostgresError(kind: kind, message: "x").advice.isEmpty)
    }

    @Test(arguments: [
        ("57P01", PostgresError.Kind.connectionLost), ("53300", .tooManyConnections), ("25006", .readOnly),
        ("53100", .diskFull),
        ("08P01", .other), ("55P03", .lockNotAvailable), ("42P01", .undefined), ("XX000", .other),
    ])
    func statesAreSorted(state: String, kind: PostgresError.Kind) {
        #expect(PostgresError.kind(sqlState: state, message: "") == kind)
    }
}
