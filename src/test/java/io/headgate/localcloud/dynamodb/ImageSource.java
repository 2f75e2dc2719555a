package io.headgate.localcloud.dynamodb;

/** What a restore or a backup takes its items from. */
interface ImageSource extends AutoCloseable {

    /** Waits until the image can be had, and gives it. */
    TableImage image();

    @Override
    void close();
}
