package org.oml.trainer.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.vocabulary.ChatTemplate.Message;

/** Templates written for these tests with the constructs that those of known models use. */
@SuppressWarnings("StringConcatToTextBlock") // where lines end is what is shown here
class ChatTemplateTest {

  private static final Map<String, String> SPECIAL =
      Map.of("bos_token", "<s>", "eos_token", "</s>");

  private static final List<Message> TALK =
      List.of(
          new Message("system", " Be brief. "),
          new Message("user", "Hi"),
          new Message("assistant", "Hello!\n"),
          new Message("user", "Why {{ 7 * 7 }}?"));

  @Test
  void writesHeadersAroundEveryTurnAsLlama3Does() {
    String template =
        """
        {{- bos_token }}
        {%- if not date_string is defined %}
            {%- if strftime_now is defined %}
                {%- set date_string = strftime_now("%d %b %Y") %}
            {%- else %}
                {%- set date_string = "1 Jan 2000" %}
            {%- endif %}
        {%- endif %}
        {#- The first message may set the scene #}
        {%- if messages[0]['role'] == 'system' %}
            {%- set scene = messages[0]['content']|trim %}
            {%- set messages = messages[1:] %}
        {%- else %}
            {%- set scene = "" %}
        {%- endif %}
        {{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
        {{- "Day: " + date_string + "\\n" }}
        {{- scene }}
        {{- "<|eot_id|>" }}
        {%- for message in messages %}
            {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' }}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
        {%- endif %}
        """;
    assertThat(render(template, TALK))
        .isEqualTo(
            "<s><|start_header_id|>system<|end_header_id|>\n\nDay: 26 Jul 2024\nBe brief.<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\nHello!<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\nWhy {{ 7 * 7 }}?<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\n");
    assertThat(new ChatTemplate(template, SPECIAL).question("Hi"))
        .startsWith("<|start_header_id|>system")
        .endsWith("Hi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n");
  }

  @Test
  void alternatesInstructionsAndAnswersAsMistralDoes() {
    String template =
        """
        {%- if messages[0]["role"] == "system" %}
            {%- set scene = messages[0]["content"] %}
            {%- set talk = messages[1:] %}
        {%- else %}
            {%- set talk = messages %}
        {%- endif %}
        {%- for tool in tools %}
            {%- for name, kind in tool.items() if name != "return" %}
                {{- '"' + name + '": ' + kind|tojson }}
                {%- if not loop.last %}
                    {{- ", " }}
                {%- endif %}
            {%- endfor %}
        {%- endfor %}
        {%- set ns = namespace(turns=0) %}
        {%- for message in talk %}
            {%- if (message["role"] == "user") != (ns.turns % 2 == 0) %}
                {{- raise_exception("Turns must alternate") }}
            {%- endif %}
            {%- set ns.turns = ns.turns + 1 %}
        {%- endfor %}
        {{- bos_token }}
        {%- for message in talk %}
            {%- if message.role == "user" %}
                {%- if loop.last and scene is defined %}
                    {{- "[INST] " + scene.strip() + "\\n\\n" + message.content + "[/INST]" }}
                {%- else %}
                    {{- "[INST] " + message.content + "[/INST]" }}
                {%- endif %}
            {%- elif message.role == "assistant" %}
                {{- " " + message.content.strip() + eos_token }}
            {%- else %}
                {{- raise_exception("Only users and assistants talk") }}
            {%- endif %}
        {%- endfor %}
        """;
    assertThat(render(template, TALK))
        .isEqualTo("<s>[INST] Hi[/INST] Hello!</s>[INST] Be brief.\n\nWhy {{ 7 * 7 }}?[/INST]");
    assertRefused(template, List.of(new Message("assistant", "I begin")), "Turns must alternate");
    assertThat(new ChatTemplate(template, SPECIAL).question("Hi")).isEqualTo("[INST] Hi[/INST]");
  }

  @Test
  void addsTheSceneThatQwen25Adds() {
    String template =
        """
        {%- if tools %}
            {{- '<|im_start|>system\\n' }}
            {%- for tool in tools %}{{ "\\n" }}{{ tool | tojson }}{% endfor %}
        {%- else %}
            {%- if messages[0]['role'] == 'system' %}
                {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
            {%- else %}
                {{- '<|im_start|>system\\nYou help.<|im_end|>\\n' }}
            {%- endif %}
        {%- endif %}
        {%- for message in messages %}
            {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
                {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
            {%- elif message.role == "tool" %}
                {%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}
                    {{- '<|im_start|>user' }}
                {%- endif %}
            {%- endif %}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|im_start|>assistant\\n' }}
        {%- endif %}
        """;
    assertThat(new ChatTemplate(template, SPECIAL).question("Hi"))
        .isEqualTo(
            "<|im_start|>system\nYou help.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
                + "<|im_start|>assistant\n");
    assertThat(render(template, TALK))
        .isEqualTo(
            "<|im_start|>system\n Be brief. <|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
                + "<|im_start|>assistant\nHello!\n<|im_end|>\n"
                + "<|im_start|>user\nWhy {{ 7 * 7 }}?<|im_end|>\n<|im_start|>assistant\n");
  }

  @Test
  void looksBackwardsAndCutsThoughtsAsQwen3Does() {
    String template =
        """
        {%- set ns = namespace(open=true, last=messages|length - 1) %}
        {%- for message in messages[::-1] %}
            {%- set index = (messages|length - 1) - loop.index0 %}
            {%- if ns.open and message.role == "user" and message.content is string and not(message.content.startswith('<result>') and message.content.endswith('</result>')) %}
                {%- set ns.open = false %}
                {%- set ns.last = index %}
            {%- endif %}
        {%- endfor %}
        {%- for message in messages %}
            {%- set content = message.content if message.content is string else '' %}
            {%- if message.role == "assistant" %}
                {%- set thought = '' %}
                {%- if '</think>' in content %}
                    {%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
                    {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
                {%- endif %}
                {%- if loop.index0 > ns.last and (loop.last or (not loop.last and thought)) %}
                    {{- '<|im_start|>assistant\\n<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
                {%- else %}
                    {{- '<|im_start|>' + message.role + '\\n' + content }}
                {%- endif %}
                {{- '<|im_end|>\\n' }}
            {%- else %}
                {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
            {%- endif %}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|im_start|>assistant\\n' }}
            {%- if enable_thinking is defined and enable_thinking is false %}
                {{- '<think>\\n\\n</think>\\n\\n' }}
            {%- endif %}
        {%- endif %}
        """;
    List<Message> talk =
        List.of(
            new Message("user", "Hi"),
            new Message("assistant", "<think>\nA greeting.\n</think>\n\nHello!"),
            new Message("user", "Bye"),
            new Message("assistant", "<think>\nThe end.\n</think>\n\nBye!"));
    assertThat(new ChatTemplate(template, SPECIAL).render(talk, false))
        .isEqualTo(
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello!<|im_end|>\n"
                + "<|im_start|>user\nBye<|im_end|>\n"
                + "<|im_start|>assistant\n<think>\nThe end.\n</think>\n\nBye!<|im_end|>\n");
    assertThat(new ChatTemplate(template, SPECIAL).question("Hi"))
        .isEqualTo("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
  }

  @Test
  void writesOneLineAsSmolLm2Does() {
    String template =
        "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
            + "{{ '<|im_start|>system\nYou are small<|im_end|>\n' }}{% endif %}"
            + "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' +"
            + " '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n'"
            + " }}{% endif %}";
    assertThat(new ChatTemplate(template, SPECIAL).question("Hi"))
        .isEqualTo(
            "<|im_start|>system\nYou are small<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
                + "<|im_start|>assistant\n");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '`',
      value = {
        "{% for m in messages %}{{ loop.index }}{{ loop.revindex0 }}{{ ',' if not loop.last }}{%"
            + " endfor %}¦`13,22,31,40`",
        "{{ messages[-1].content[0] }}{{ messages[1:3]|length }}{{ messages[:2]|length }}¦W22",
        "{{ {'a': [1, true, none], 'b': {} }|tojson }}¦`{\"a\": [1, true, null], \"b\": {}}`",
        "{{ [1, 2]|tojson(indent=2) }}¦`[\n  1,\n  2\n]`",
        "{{ 'é<' | tojson }}¦`\"é<\"`",
        "{% set d = {'x': 1, 'y': 2} %}{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor"
            + " %}¦`x=1;y=2;`",
        "{% for k, v in {'x': 1}|items %}{{ k }}{{ v }}{% endfor %}¦x1",
        "{{ messages[0].get('none', 'else') }}{{ 'none' in messages[0] }}¦`elsefalse`",
        "{{ 'a b'.title() }}{{ 'x'.upper() }}{{ 'a-b'.split('-')[1] }}{{ 'aXa'.replace('X', '.')"
            + " }}¦`A BXba.a`",
        "{{ 'x' ~ 1 ~ 'y' }}{{ 7 // 2 }}{{ 7 % 4 }}{{ 'a' if false else 'c' }}¦x1y33c",
        "a{#- gone -#} b¦ab",
        "{%- macro say(m, end='!') -%}{{ m }}{{ end }}{%- endmacro -%}{{ say('a') }}{{ say('b',"
            + " end='?') }}¦`a!b?`",
        "{% generation %}x{% endgeneration %}¦x",
        "{% for m in messages if m.role == 'user' %}{% for c in [1, 2, 3] if c != 2 %}{{ c if c != 3"
            + " else 'x' }}{% endfor %}{% if m %},{% else %}.{% endif %}{% endfor %}¦`1x,1x,`",
        "a {%- for m in messages if m.role == 'user' -%} b {%- endfor -%} c¦abbc",
        "{% if tools %}{% for k, v in tools.items() if k != 'return' %}{{ loop.last }}{% endfor"
            + " %}{% endif %}none¦none",
        "{{ 'yes' if messages is iterable and messages is not string and messages[0] is mapping"
            + " }}¦yes",
        "{{ missing is none }}{{ missing is defined }}{{ missing|default('d') }}¦`truefalsed`",
        "{{ messages|map(attribute='role')|join(',') }}¦`system,user,assistant,user`",
        "{{ messages|selectattr('role', 'equalto', 'user')|list|length }}¦2",
        "{% if messages|length > 3 and not tools %}{{ 'long' }}{% endif %}¦long",
      })
  void knowsTheConstructsOfTemplates(String template, String expected) {
    assertThat(render(template, TALK)).isEqualTo(expected);
  }

  @Test
  void linesOfBlocksLeaveNoTrace() {
    assertThat(render("a\n  {% if true %}\nb\n  {% endif %}\nc\n", TALK)).isEqualTo("a\nb\nc");
  }

  @Test
  void knowsNothingOfJava() {
    assertThat(render("{{ ''.class }}{{ messages.class }}{{ ''.bytes }}{{ loop.class }}.", TALK))
        .isEqualTo(".");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ ''.getClass() }}",
        "{{ messages.getClass() }}",
        "{% for m in messages if m.role == 'user' %}{{ loop.index }}{% endfor %}",
        "{% for m in messages if m.role == 'tool' %}x{% else %}none{% endfor %}",
        "{% for m in messages if m.role == 'tool' %}x",
        "{{ messages[0].content.getBytes() }}",
        "{% include 'org/oml/trainer/fingerprint/stop-words.txt' %}",
        "{% import 'a' as b %}",
        "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{{ a + b"
            + " }}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in range(9999) %}{{ 'x' * 1000 }}{{"
            + " '0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789'"
            + " }}{% endfor %}",
        "{% macro again(n) %}{{ again(n) }}{% endmacro %}{{ again(1) }}",
        "{% for m in messages %}{{ m.content }}",
        "{{ messages[ }}",
        "{{ unknown_function(1) }}",
        "{{ 'x'.encode('utf-8') }}",
        "{{ raise_exception('No.') }}",
      })
  void refusesWhatReachesOutGrowsOrIsNotKnown(String template) {
    assertRefused(template, TALK, "The chat template cannot be rendered");
  }

  private static String render(String template, List<Message> messages) {
    return new ChatTemplate(template, SPECIAL).render(messages, true);
  }

  private static void assertRefused(String template, List<Message> messages, String part) {
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> render(template, messages))
        .withMessageContaining(part)
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.TEMPLATE_INVALID));
  }
}
