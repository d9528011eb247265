package ordersystem.jmx;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.function.Predicate;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.NotificationBroadcasterSupport;
import javax.management.NotificationEmitter;
import javax.management.StandardEmitterMBean;

/**
 * An MXBean as it is registered: with the words of {@link Description} in its interface beside each attribute, operation
 * and parameter, and with its notifications. Where a word is missing, registering it fails.
 */
public final class DescribedMBean extends StandardEmitterMBean {

    /** @param notifications what it sends, and says that it sends */
    public <T> DescribedMBean(T bean, Class<T> mxBean, NotificationEmitter notifications) {
        super(bean, mxBean, true, notifications);
    }

    /** One that sends no notifications. */
    public <T> DescribedMBean(T bean, Class<T> mxBean) {
        this(bean, mxBean, new NotificationBroadcasterSupport());
    }

    @Override
    protected String getDescription(MBeanInfo info) {
        return words(getMBeanInterface());
    }

    @Override
    protected String getDescription(MBeanAttributeInfo info) {
        String name = info.getName();
        return words(method(
                name,
                method -> method.getParameterCount() == 0
                        && (method.getName().equals("get" + name)
                                || method.getName().equals("is" + name))));
    }

    @Override
    protected String getDescription(MBeanOperationInfo info) {
        return words(operation(info));
    }

    @Override
    protected String getDescription(MBeanOperationInfo operation, MBeanParameterInfo info, int sequence) {
        return words(operation(operation).getParameters()[sequence]);
    }

    @Override
    protected String getParameterName(MBeanOperationInfo operation, MBeanParameterInfo info, int sequence) {
        return operation(operation).getParameters()[sequence].getName();
    }

    private Method operation(MBeanOperationInfo info) {
        return method(
                info.getName(),
                method -> method.getName().equals(info.getName())
                        && method.getParameterCount() == info.getSignature().length);
    }

    private Method method(String name, Predicate<Method> is) {
        return Arrays.stream(getMBeanInterface().getMethods())
                .filter(is)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(getMBeanInterface() + " has nothing to read for " + name));
    }

    private static String words(AnnotatedElement element) {
        Description description = element.getAnnotation(Description.class);
        if (description == null) {
            throw new IllegalStateException(element + " has no @Description");
        }
        return description.value();
    }
}
