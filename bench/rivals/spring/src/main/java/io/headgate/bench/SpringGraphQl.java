package io.headgate.bench;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Spring for GraphQL on WebFlux. */
@SpringBootApplication
public class SpringGraphQl {

    public static void main(String[] arguments) {
        SpringApplication.run(SpringGraphQl.class, arguments);
    }
}
