import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct LearnerRecordsTests {
    /// Questions are looked for before the head is locked. One that somebody deletes meanwhile must not keep an instance from
    /// starting.
    @Test(.timeLimit(.minutes(5))) func aQuestionThatIsBeingDeletedGetsNoNumber() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database, questions: 3)
            let ids = made.bank.map(\.id)
            try await made.whileDeleting(ids[1]) {
                try await database.withTransaction { transaction in
                    var head = try await LearnerRecords.lockHead(in: transaction)
                    try await LearnerRecords.number(questions: ids, &head, in: transaction)
                    try await LearnerRecords.setHead(head, in: transaction)
                }
            }
            try await database.withTransaction { transaction in
                let numbers = try await LearnerRecords.numbers(ofQuestions: ids, in: transaction)
                #expect(numbers == [ids[0]: 0, ids[2]: 2])
                #expect(try await LearnerRecords.lockHead(in: transaction).questionCount == 3)
            }
        }
    }
}
