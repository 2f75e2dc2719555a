/** Items of DynamoDB tables that are not the users', by their keys. Imports {@code error}, {@code json} and {@code aws}. */
@NullMarked
package io.headgate.table;

import org.jspecify.annotations.NullMarked;
