"""What the columns of tables are called, for people who take their data away; the others are for machines."""

from collections.abc import Mapping

from webapp.customers.retention import Words

# One line each: the column, English, Russian.
_LINES = """
accepted_at|Accepted|Принято
acts|Acts|Действий
address|Address in the configurator|Адрес в конфигураторе
amount|Amount|Сумма
announced_at|Announced|Объявлено
answer|Answer|Ответ
answer_by|Answer until|Ответить до
answered_at|Answered|Отвечено
asked_at|Asked|Запрошено
at|When|Когда
author|Author|Автор
began_at|Begun|Начато
benefits_off|Turned off|Отключено
buyer|Buyer|Покупатель
before|Before|Было
by_mail|By e-mail|По почте
cart_at|Put into the cart|В корзине с
cause|Why|Почему
cells|As it stood in the list|Как было в списке
changed_at|Changed|Изменено
channel|Way|Способ
checkout_at|Checkout opened|Оформление открыто
choices|Chosen by you|Выбрано вами
city|City|Город
clicks|Clicks|Щелчков
closed_at|Closed|Закрыто
code|Code|Код
corrects|Corrects|Исправляет
country|Country|Страна
day|Day|День
declined_at|Declined|Отклонено
deposit|Deposit|Аванс
detail|Details|Подробности
device|Device|Устройство
due_on|Answer due|Ответ до
edition|Edition of the words|Редакция текста
editions|Editions of the words|Редакции текста
email|E-mail|Электронная почта
ended_at|Ended|Завершено
erasure_code|Number of the erasure|Номер удаления
event|What happened|Событие
expires_at|Valid until|Действует до
extra|Address, more|Адрес, дополнение
falls_on|Ends on|До какого дня
family_title|What|Что
fee|Fee|Удержано
first_day|From|С
frequency|How often|Как часто
given_at|Given|Дано
given_up_at|Given up|Отправка прекращена
gross|With tax|С налогом
issued_on|Issued|Выставлен
judged_at|Looked at|Проверено
key|Counted under|Учтено как
kind|Kind|Вид
label|Name|Название
how|How|Каким образом
language|Language|Язык
last_at|Last|Последний раз
last_day|To|По
latest_at|Last message|Последнее сообщение
lead_days|Days to make|Дней на изготовление
letter_id|Letter|Письмо
level|Level|Уровень
lines|Lines|Строки
made_at|Made|Создано
message|Message|Сообщение
method|Way|Способ
method_title|Way of delivery|Способ доставки
monday|Week of|Неделя с
name|Name|Имя
note|Note|Примечание
number|Number|Номер
opened_at|Opened|Открыто
option|Option|Вариант
option_group|Group|Группа
option_title|Option|Вариант
order_number|Order|Заказ
ordered_at|Ordered|Заказано
paid|Paid|Оплачено
parts|All parts|Все части
paused_until|Paused until|Пауза до
percent|Rate|Ставка
phone|Telephone|Телефон
pieces|Pieces|Штук
placed_at|Ordered|Заказано
postcode|Postcode|Индекс
price|Price|Цена
price_lines|Steps of the price|Из чего складывается цена
promised_at|Promised|Обещано
provider|Through|Через
purpose|For|Для чего
put_at|Put there|Добавлено
quantity|Pieces|Штук
reason|Reason|Причина
received_at|Received|Получено
recipient|To|Кому
reference|Reference|Номер платежа
removed_at|Removed|Удалено
ref|Which build or order|Какая сборка или заказ
requested_at|Asked for|Запрошено
revision|Revision|Редакция
rule|Rule|Правило
saved_at|Saved|Сохранено
seen_at|Seen|Просмотрено
seller|Seller|Продавец
sent_at|Sent|Отправлено
set_at|Set|Установлено
since|Since|С
started_at|Signed in|Вход
sold|Catalogues on sale|Каталоги в продаже
state|State|Состояние
status|State|Состояние
step|Step|Этап
street|Street|Улица
subject|Subject|Тема
tax|Tax within|В том числе налог
tax_number|Tax number|Налоговый номер
terms_of_sale|Terms of sale|Условия продажи
text|Text|Текст
title|Title|Название
told_at|Reminded|Напомнили
topic|Topic|Тема
topics|Topics|Темы
total|Total|Итого
tracking|Tracking|Отслеживание
trait|About|О чём
tries|Tries|Попыток
trouble|Trouble|Что не получилось
until|Until|До
used_at|Used|Использовано
value|Said|Сказано
version|Version of the catalogue|Версия каталога
why|From which sums|Из каких сумм
withdrawn_at|Withdrawn|Отозвано
words|Words|Слова
written_at|Written|Написано
"""

COLUMN_WORDS: Mapping[str, Words] = {
    name: {"en": english, "ru": russian}
    for name, english, russian in (line.split("|") for line in _LINES.strip().splitlines())
}
# In minor units of the row's currency.
AMOUNTS = frozenset({"amount", "deposit", "fee", "gross", "paid", "price", "tax", "total"})
