package org.oml.trainer.vocabulary;

import com.hubspot.jinjava.el.TypeConvertingMapELResolver;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.util.ForLoop;
import java.beans.FeatureDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import jinjava.javax.el.BeanELResolver;
import jinjava.javax.el.CompositeELResolver;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELException;
import jinjava.javax.el.ELResolver;
import org.jspecify.annotations.Nullable;

/**
 * All that a template may ask of an object: the entries of maps and lists, the state of a loop, and
 * the methods of Python's strings and dictionaries that templates use. Nothing of Java is in reach.
 */
final class JinjaObjects extends ELResolver {

  /** Filters and tests are called by the same way as methods. */
  private static final ELResolver RENDERER = new BeanELResolver(true);

  private JinjaObjects() {}

  private static boolean isOfTheRenderer(@Nullable Object base, String method) {
    return switch (base) {
      case Filter _ -> method.equals("filter");
      case ExpTest _ -> method.equals("evaluate") || method.equals("evaluateNegated");
      case null, default -> false;
    };
  }

  static ELResolver resolver() {
    CompositeELResolver all = new CompositeELResolver();
    all.add(new JinjaObjects());
    all.add(new TypeConvertingMapELResolver(true));
    return all;
  }

  @Override
  public @Nullable Object invoke(
      ELContext context,
      @Nullable Object base,
      Object method,
      Class<?> @Nullable [] types,
      @Nullable Object @Nullable [] arguments) {
    JinjaRenderer.requireTime();
    if (isOfTheRenderer(base, method.toString())) {
      return RENDERER.invoke(context, base, method, types, arguments);
    }
    List<@Nullable Object> given = arguments == null ? List.of() : Arrays.asList(arguments);
    Object result =
        switch (base) {
          case CharSequence text -> ofText(text.toString(), method.toString(), given);
          case Map<?, ?> map -> ofMap(map, method.toString(), given);
          case null, default -> throw unknown(base, method);
        };
    context.setPropertyResolved(true);
    return result;
  }

  @Override
  public @Nullable Object getValue(ELContext context, @Nullable Object base, Object property) {
    JinjaRenderer.requireTime();
    return switch (base) {
      case ForLoop loop -> {
        context.setPropertyResolved(true);
        yield ofLoop(loop, property.toString());
      }
      case CharSequence text -> {
        context.setPropertyResolved(true);
        OptionalInt index = index(property);
        yield index.isPresent() ? character(text, index.getAsInt()) : null;
      }
      case List<?> list -> {
        context.setPropertyResolved(true);
        OptionalInt index = index(property);
        yield index.isPresent() ? element(list, index.getAsInt()) : null;
      }
      case Map<?, ?> _ -> null;
      case null -> null;
      default -> {
        context.setPropertyResolved(true);
        yield null;
      }
    };
  }

  @Override
  public Class<?> getType(ELContext context, @Nullable Object base, @Nullable Object property) {
    return Object.class;
  }

  @Override
  public void setValue(
      ELContext context, @Nullable Object base, @Nullable Object property, @Nullable Object value) {
    throw new ELException("nothing may be set but variables");
  }

  @Override
  public boolean isReadOnly(ELContext context, @Nullable Object base, @Nullable Object property) {
    return true;
  }

  @Override
  public Class<?> getCommonPropertyType(ELContext context, @Nullable Object base) {
    return Object.class;
  }

  @Override
  public Iterator<FeatureDescriptor> getFeatureDescriptors(
      ELContext context, @Nullable Object base) {
    return Collections.emptyIterator();
  }

  private static Object ofLoop(ForLoop loop, String property) {
    return switch (property) {
      case "index" -> loop.getIndex0() + 1;
      case "index0" -> loop.getIndex0();
      case "revindex" -> loop.getLength() - loop.getIndex0();
      case "revindex0" -> loop.getLength() - loop.getIndex0() - 1;
      case "first" -> loop.getIndex0() == 0;
      case "last" -> !loop.hasNext();
      case "length" -> loop.getLength();
      case "depth" -> loop.getDepth();
      case "depth0" -> loop.getDepth0();
      default -> throw new ELException("loop." + property + " is not known");
    };
  }

  /** The renderer hands numbers over as texts. */
  private static OptionalInt index(Object property) {
    String text = property.toString();
    return text.matches("-?\\d{1,9}")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }

  private static @Nullable Object element(List<?> list, int index) {
    int at = index < 0 ? list.size() + index : index;
    return at < 0 || at >= list.size() ? null : list.get(at);
  }

  private static @Nullable Object character(CharSequence text, int index) {
    int at = index < 0 ? text.length() + index : index;
    return at < 0 || at >= text.length() ? null : String.valueOf(text.charAt(at));
  }

  private static Object ofText(String text, String method, List<@Nullable Object> given) {
    return switch (method) {
      case "strip" -> stripped(text, given, true, true);
      case "lstrip" -> stripped(text, given, true, false);
      case "rstrip" -> stripped(text, given, false, true);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "capitalize" ->
          text.isEmpty()
              ? text
              : text.substring(0, 1).toUpperCase(Locale.ROOT)
                  + text.substring(1).toLowerCase(Locale.ROOT);
      case "title" -> title(text);
      case "startswith" -> text.startsWith(string(given, 0));
      case "endswith" -> text.endsWith(string(given, 0));
      case "replace" -> text.replace(string(given, 0), string(given, 1));
      case "find" -> text.indexOf(string(given, 0));
      case "split" -> split(text, given);
      default -> throw unknown(text, method);
    };
  }

  private static @Nullable Object ofMap(
      Map<?, ?> map, String method, List<@Nullable Object> given) {
    return switch (method) {
      case "items" -> new ArrayList<>(map.entrySet());
      case "keys" -> new ArrayList<>(map.keySet());
      case "values" -> new ArrayList<>(map.values());
      case "get" -> {
        Object found = map.get(string(given, 0));
        yield found == null && given.size() > 1 ? given.get(1) : found;
      }
      default -> throw unknown(map, method);
    };
  }

  private static String stripped(
      String text, List<@Nullable Object> given, boolean front, boolean back) {
    String characters = given.isEmpty() ? null : string(given, 0);
    int from = 0;
    int to = text.length();
    while (front && from < to && isStripped(text.charAt(from), characters)) {
      from++;
    }
    while (back && to > from && isStripped(text.charAt(to - 1), characters)) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isStripped(char character, @Nullable String characters) {
    return characters == null
        ? Character.isWhitespace(character)
        : characters.indexOf(character) >= 0;
  }

  private static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean starts = true;
    for (char character : text.toCharArray()) {
      title.append(starts ? Character.toUpperCase(character) : Character.toLowerCase(character));
      starts = !Character.isLetter(character);
    }
    return title.toString();
  }

  private static List<String> split(String text, List<@Nullable Object> given) {
    if (given.isEmpty()) {
      return text.isBlank()
          ? new ArrayList<>()
          : new ArrayList<>(Arrays.asList(text.strip().split("\\s+", -1)));
    }
    String separator = string(given, 0);
    if (separator.isEmpty()) {
      throw new ELException("split needs a separator");
    }
    int limit = given.size() > 1 && given.get(1) instanceof Number most ? most.intValue() + 1 : -1;
    return new ArrayList<>(Arrays.asList(text.split(Pattern.quote(separator), limit)));
  }

  private static String string(List<@Nullable Object> given, int index) {
    Object value = index < given.size() ? given.get(index) : null;
    if (value == null) {
      throw new ELException("an argument is missing");
    }
    return value.toString();
  }

  private static ELException unknown(@Nullable Object base, Object method) {
    return new ELException(
        "the method "
            + method
            + " of "
            + (base instanceof CharSequence ? "a text" : "an object")
            + " is not known");
  }
}
