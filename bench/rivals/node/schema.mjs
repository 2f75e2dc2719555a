// The part of Headgate's schema that the workloads ask for, and its resolvers.
import { firstByCreation, firstOfTable, rename, userById } from './users.mjs';

export const typeDefs = `
  scalar DateTime
  enum Store { POSTGRES DYNAMODB }
  enum UserStatus { ACTIVE INVITED SUSPENDED }
  enum UserOrderField { CREATED_AT }
  enum Direction { ASC }
  input UserOrder { field: UserOrderField! direction: Direction! }
  interface Node { id: ID! }
  type User implements Node {
    id: ID!
    userId: String!
    email: String!
    name: String!
    status: UserStatus!
    createdAt: DateTime!
    version: Int!
  }
  type UserConnection { nodes: [User!]! }
  type Query {
    user(id: ID!): User
    nodes(ids: [ID!]!): [Node]!
    users(store: Store, orderBy: UserOrder, first: Int): UserConnection!
  }
  input UpdateUserInput { id: ID! name: String! }
  type Mutation {
    updateUser(input: UpdateUserInput!): User!
  }
`;

export const resolvers = {
  Query: {
    user: (_, { id }) => userById(id),
    nodes: (_, { ids }) => Promise.all(ids.map(userById)),
    users: (_, { store, first }) => (store === 'DYNAMODB' ? firstOfTable(first) : firstByCreation(first)),
  },
  Mutation: {
    updateUser: (_, { input }) => rename(input.id, input.name),
  },
};
