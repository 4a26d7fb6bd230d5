"""Generated from under_way.j2."""

from jinja2.runtime import LoopContext, Macro, Markup, Namespace, TemplateNotFound, TemplateReference, TemplateRuntimeError, Undefined, escape, identity, internalcode, markup_join, missing, str_join
name = 'under_way.j2'

def root(context, missing=missing):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_css_digest = resolve('css_digest')
    l_0_document = resolve('document')
    l_0_css = resolve('css')
    l_0_command = resolve('command')
    try:
        t_1 = environment.filters['sentence']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'sentence' found.")
    try:
        t_2 = environment.filters['utc']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'utc' found.")
    pass
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="generator" content="pytest-upgradecheck">\n<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'sha256-'
    yield escape(environment.finalize((undefined(name='css_digest') if l_0_css_digest is missing else l_0_css_digest)))
    yield '\'; base-uri \'none\'; form-action \'none\'">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n<title>CANNOT-TELL: '
    yield escape(environment.finalize(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'title')))
    yield ', '
    yield escape(environment.finalize(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'environment')))
    yield ', '
    yield escape(environment.finalize(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'phase')))
    yield '</title>\n<style>'
    yield escape(environment.finalize((undefined(name='css') if l_0_css is missing else l_0_css)))
    yield '</style>\n</head>\n<body>\n<main class="v-cannot-tell">\n<div class="verdict">\n<h1><span aria-hidden="true">?</span> cannot tell</h1>\n<p class="lead">'
    yield escape(environment.finalize(t_1(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'reason'))))
    yield '</p>\n<dl class="facts">\n<div><dt>Upgrade</dt><dd>'
    yield escape(environment.finalize(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'title')))
    yield '</dd></div>\n<div><dt>Environment</dt><dd>'
    yield escape(environment.finalize(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'environment')))
    yield '</dd></div>\n<div><dt>Phase</dt><dd>'
    yield escape(environment.finalize(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'phase')))
    if environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'step'):
        pass
        yield ', up to step '
        yield escape(environment.finalize(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'step')))
    yield '</dd></div>\n<div><dt>Started</dt><dd>'
    yield escape(environment.finalize(t_2(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'started_at'))))
    yield '</dd></div>\n<div><dt>Ended</dt><dd>not ended</dd></div>\n</dl>\n</div>\n<p>Everything that has finished is in the record, including earlier phases. To make a report of it:</p>\n<pre>'
    yield escape(environment.finalize((undefined(name='command') if l_0_command is missing else l_0_command)))
    yield '</pre>\n</main>\n</body>\n</html>'

blocks = {}
debug_info = '6=28&9=30&10=36&16=38&18=40&19=42&20=44&21=50&26=52'
of_text = 'ae96e134c4a094ada271c4a3428eb453dfc37839df68d13bd020ab8ee0d3422a'
of_jinja = '3.1.6'
