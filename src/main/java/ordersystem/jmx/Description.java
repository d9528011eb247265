package ordersystem.jmx;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What Hawtio and jconsole show beside an MXBean, its attributes, its operations and their parameters. Of an attribute it
 * stands on the getter.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.PARAMETER})
public @interface Description {
    /** In words for people who have never seen the code. */
    String value();
}
